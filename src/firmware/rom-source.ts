/**
 * The firmware of this PC: what runs from reset until a boot sector takes over, in 16-bit code of our own assembler. It
 * offers a boot sector the few services that it needs before it has drivers.
 * Sources: Intel SDM Vol. 3A §9.1.4 (first instruction); IBM PC/AT Technical Reference (INT 10h, INT 13h); EDD-3 for
 * functions 41h and 42h; ATA/ATAPI-6 §9.
 * Leaves out: a screen (what is printed goes to COM1), the keyboard (INT 16h), the memory map (INT 15h), floppies.
 */

/** Segment in which the firmware lies, and the offset of its first byte there. */
export const ROM_SEGMENT = 0xf000;
export const ROM_OFFSET = 0xf000;

/** Where the boot sector is put, and the number of the disk that it came from. */
export const BOOT_SECTOR = 0x7c00;

export const ROM_SOURCE = `
.code16
BOOT_DISK = 0x80
HEADS = 16
SECTORS = 63

start:
  cld
  xor ax, ax
  mov ds, ax
  mov es, ax
  mov ss, ax
  mov sp, 0x7c00
# The vector table: everything is ignored but for four services.
  xor di, di
  mov cx, 256
1:
  mov word ptr [di], offset ignore
  mov word ptr [di + 2], cs
  add di, 4
  loop 1b
  mov word ptr [0x10 * 4], offset video
  mov word ptr [0x12 * 4], offset memory_size
  mov word ptr [0x13 * 4], offset disk
  mov word ptr [0x18 * 4], offset nothing_to_boot
# The boot sector.
  xor eax, eax
  mov di, 0x7c00
  call read_sector
  jc nothing_to_boot
  cmp word ptr [0x7dfe], 0xaa55
  jne nothing_to_boot
  mov dl, BOOT_DISK
  jmp 0:0x7c00

nothing_to_boot:
  mov si, offset no_system
1:
  cs lodsb
  test al, al
  jz 2f
  call print
  jmp 1b
2:
  cli
  hlt
  jmp 2b
no_system:
  .asciz "No boot sector: the first disk needs 55 AA at the end of its first sector.\\r\\n"

ignore:
  iret

# INT 12h: KiB of memory below 640 KiB.
memory_size:
  mov ax, 640
  iret

# INT 10h, function 0Eh: the character in AL.
video:
  cmp ah, 0x0e
  jne ignore
  call print
  iret

# AL to COM1, when it is ready for it.
print:
  push dx
  push ax
  mov dx, 0x3fd
1:
  in al, dx
  test al, 0x20
  jz 1b
  pop ax
  mov dx, 0x3f8
  out dx, al
  pop dx
  ret

# INT 13h: the answer is in AH and CF, so that the flags pushed by INT are dropped.
disk:
  cmp dl, BOOT_DISK
  jne disk_error
  cmp ah, 0x00
  je disk_done
  cmp ah, 0x02
  je read_by_place
  cmp ah, 0x08
  je geometry
  cmp ah, 0x41
  je extensions
  cmp ah, 0x42
  je read_by_number
disk_error:
  mov ah, 1
  stc
  retf 2
disk_done:
  mov ah, 0
  clc
  retf 2

extensions:
  mov bx, 0xaa55
  mov cx, 1
  mov ah, 0x30
  clc
  retf 2

geometry:
  mov cx, 0xff00 | SECTORS
  mov dx, (HEADS - 1) << 8 | 1
  jmp disk_done

# Function 42h: DS:SI has size, count, where to, and the number of the first sector.
read_by_number:
  pushad
  push es
  mov cx, [si + 2]
  les di, [si + 4]
  mov eax, [si + 8]
  call read_sectors
  pop es
  popad
  jc disk_error
  jmp disk_done

# Function 02h: AL sectors to ES:BX, from cylinder CH, head DH, sector CL.
read_by_place:
  pushad
  push es
  mov di, bx
  push ax
  movzx eax, cl
  shr al, 6
  mov ah, al
  mov al, ch
  imul eax, eax, HEADS
  movzx ebx, dh
  add eax, ebx
  imul eax, eax, SECTORS
  and ecx, 63
  lea eax, [eax + ecx - 1]
  pop cx
  and cx, 0xff
  call read_sectors
  pop es
  popad
  jc disk_error
  jmp disk_done

# CX sectors from number EAX to ES:DI. CF tells an error.
read_sectors:
  jcxz 2f
1:
  call read_sector
  jc 3f
  inc eax
  mov bx, es
  add bx, 0x20
  mov es, bx
  sub di, 512
  loop 1b
2:
  clc
3:
  ret

# Sector EAX to ES:DI, which moves on; other registers stay. CF tells an error.
read_sector:
  pushad
  mov ebx, eax
  mov dx, 0x1f7
  in al, dx
  cmp al, 0xff
  je 3f
  mov dx, 0x1f6
  mov eax, ebx
  shr eax, 24
  and al, 0x0f
  or al, 0xe0
  out dx, al
  mov dx, 0x1f2
  mov al, 1
  out dx, al
  mov eax, ebx
  mov cx, 3
1:
  inc dx
  out dx, al
  shr eax, 8
  loop 1b
  mov dx, 0x1f7
  mov al, 0x20
  out dx, al
2:
  in al, dx
  test al, 0x80
  jnz 2b
  test al, 0x21
  jnz 3f
  test al, 0x08
  jz 2b
  mov dx, 0x1f0
  mov cx, 256
  rep insw
  mov bp, sp
  mov [bp], di
  popad
  clc
  ret
3:
  popad
  stc
  ret

# The first instruction after reset: F000:FFF0.
.org 0xff0
reset:
  jmp 0xf000:start
.org 0x1000
`;
