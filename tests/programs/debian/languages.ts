/** perl, python3, lua and sqlite3. */
import { type CommandLine, lines } from "./command-line.js";

export const LANGUAGES: readonly CommandLine[] = [
  ...lines(
    "/bin/sh",
    'perl -e \'print join(",", map { $_ ** 2 } 1..5), "\\n"; my %h = (a => 1, b => 2); print "$_=$h{$_}\\n" for sort keys %h\'',
    "echo 'hello world' | perl -pe 's/(\\w+)/\\u$1/g'; perl -ne 'print if /root/' /etc/passwd",
    'perl -MPOSIX -e \'print floor(3.7), " ", strftime("%Y", gmtime(0)), "\\n"; if (my $p = fork) { waitpid $p, 0; print $? >> 8, "\\n" } else { exit 5 }\'',
    'perl -e \'open my $f, ">", "x" or die; print $f "line\\n" x 3; close $f; print -s "x", "\\n"; open $f, "nothing" or print "$!\\n"; $SIG{ALRM} = sub { print "alarm\\n" }; alarm 1; sleep 2; die "end\\n"\'; echo $?',
    "perl -MData::Dumper -e '$Data::Dumper::Sortkeys = 1; print Dumper({a => [1, 2], b => undef})'; perl -e 'print pack(\"NnC\", 1, 2, 3)' | od -An -tx1",
    'lua5.4 -e \'print(1 << 40, 7 // 2, 2 ^ 0.5, #"abc", string.format("%5.2f|%q", 3.14159, "x\\n"))\'',
    'lua5.4 -e \'local t = {} for i = 1, 1000 do t[i] = i * i end table.sort(t, function(a, b) return a > b end) print(t[1], collectgarbage("count") > 0) co = coroutine.wrap(function() coroutine.yield(1) error("x") end) print(co(), pcall(co))\'',
    'lua5.4 -e \'f = io.open("x", "w") f:write("a\\nb\\n") f:close() for l in io.lines("x") do print(l) end print(os.getenv("HOME"), os.rename("no", "o")) error("bad")\'; echo $?',
    'sqlite3 :memory: \'create table t(a integer, b text); insert into t values (1, "x"), (2, "y"), (3, null); select * from t where a > 1; select sum(a), group_concat(b) from t; select nothing\'; echo $?',
    "sqlite3 d.db 'create table t(a primary key); with recursive c(n) as (select 1 union all select n + 1 from c where n < 500) insert into t select n from c; select count(*), max(a) from t; pragma integrity_check;'; sqlite3 d.db 'delete from t where a % 2; select count(*) from t; vacuum'; ls",
  ),
  ...lines(
    "/bin/sh",
    "python3 -S -c 'print(1)'",
    "python3 -c 'import sys; print(sys.version_info[:2], 2 ** 100, sorted({3, 1, 2}), f\"{3.14159:.2f}\")'",
    'python3 -c \'import json, re; print(json.dumps({"a": [1, None, True], "b": "é"}, sort_keys=True)); print(re.findall(r"(\\w)(\\d+)", "a1 b22"), re.sub("x+", "-", "axxb"))\'',
    "python3 -c 'import threading\nn = 0\nlock = threading.Lock()\ndef f():\n  global n\n  for _ in range(200):\n    with lock: n += 1\nts = [threading.Thread(target=f) for _ in range(4)]\n[t.start() for t in ts]; [t.join() for t in ts]\nprint(n)'",
    'python3 -c \'import subprocess; print(subprocess.run(["echo", "sub"], capture_output=True).stdout); print(subprocess.call(["sh", "-c", "exit 3"])); subprocess.run(["/nothing"])\' 2>&1 | tail -1',
    'python3 -c \'import os, signal, time; signal.signal(signal.SIGALRM, lambda *a: print("alarm")); signal.setitimer(signal.ITIMER_REAL, 0.01); time.sleep(0.05); r, w = os.pipe(); p = os.fork()\nif p == 0: os.write(w, b"child"); os._exit(2)\nprint(os.read(r, 9), os.waitstatus_to_exitcode(os.waitpid(p, 0)[1])); 1 / 0\'; echo $?',
    'python3 -c \'import hashlib, zlib, struct, math, decimal; print(hashlib.sha256(b"x").hexdigest(), zlib.crc32(b"abc"), struct.pack("<d", math.pi), decimal.Decimal(1) / 3)\'',
    'python3 -c \'import tempfile, os, shutil, pathlib; d = tempfile.mkdtemp(); p = pathlib.Path(d, "f"); p.write_text("t"); print(p.read_text(), p.stat().st_size); shutil.rmtree(d); print(os.path.exists(d)); open("/nope/x")\' 2>&1 | tail -1',
    "python3 -c 'import concurrent.futures, queue; ex = concurrent.futures.ThreadPoolExecutor(3); print(sum(ex.map(lambda x: x * x, range(20)))); q = queue.Queue()\ntry: q.get(timeout=0.01)\nexcept queue.Empty: print(\"empty\")'",
  ),
];
