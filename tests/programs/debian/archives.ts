/** tar, gzip, bzip2, xz, zstd, zip and git. */
import { lines } from "./command-line.js";

const MADE = "mkdir d; seq 2000 > d/n; printf x > d/x; ln -s n d/l; touch -d @0 d d/n d/x; ";

export const ARCHIVES = lines(
  "/bin/sh",
  `${MADE}tar cf t.tar --owner=0 --group=0 --mtime=@0 --sort=name d; md5sum < t.tar; tar tvf t.tar; rm -r d; tar xf t.tar; cat d/x; wc -l d/l`,
  `${MADE}tar czf t.tgz d; tar tzf t.tgz | sort; mkdir o; tar xzf t.tgz -C o; cmp d/n o/d/n; tar tf nothing; echo $?; rm t.tgz`,
  `${MADE}gzip -n d/n; md5sum d/n.gz; gzip -l d/n.gz; zcat d/n.gz | tail -1; gunzip d/n.gz; echo garbage | gunzip; echo $?`,
  `${MADE}bzip2 d/n; md5sum d/n.bz2; bunzip2 -t d/n.bz2; bzcat d/n.bz2 | wc; echo bad > b.bz2; bunzip2 b.bz2; echo $?`,
  `${MADE}xz -1 -T1 d/n; md5sum d/n.xz; xz -l d/n.xz; xzcat d/n.xz | md5sum; xz -d d/n.xz; ls d; echo bad > b.xz; xz -d b.xz; echo $?`,
  `${MADE}zstd -q d/n; md5sum d/n.zst; zstd -dc d/n.zst | wc; zstd -t d/n.zst; zstd -d nothing; echo $?`,
  `${MADE}TZ=UTC zip -qX t.zip d/n d/x; unzip -l t.zip; unzip -q -d o t.zip; cmp d/n o/d/n; zip -q t.zip nothing; echo $?; unzip nothing.zip; echo $?`,
  "export GIT_AUTHOR_DATE='@0 +0000' GIT_COMMITTER_DATE='@0 +0000'; git init -q -b main r; cd r; git config user.name n; git config user.email e; echo a > f; git add f; git commit -qm first; git log --format='%H %s'; echo b >> f; git diff --stat; git status --short; rm -r .git",
  "git init -q -b main r; cd r; git config user.name n; git config user.email e; for i in 1 2 3; do echo $i > f; git add f; git commit -qm c$i; done; git branch x HEAD~1; git checkout -q x; echo y > g; git add g; git commit -qm y; git merge -q main -m m; git log --oneline | wc -l; git fsck; git gc -q; git show main:f; git log nothing; echo $?; rm -r .git",
);
