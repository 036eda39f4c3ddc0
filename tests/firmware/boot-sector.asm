# A boot sector that goes the ten steps from real-address to 64-bit mode, and says on COM1 where it is.
.code16
start:
  mov al, 'R'
  mov ah, 0x0e
  int 0x10
  mov ax, 0x4200
  mov dl, 0x80
  mov si, offset packet
  int 0x13
  jc failed
  jmp second

packet:
  .byte 16, 0
  .word 1, 0x7e00, 0
  .quad 1

failed:
  hlt
  jmp failed

# 1 to 3: interrupts off, the segments described, protected mode on.
protect:
  cli
  lgdt [gdtr]
  mov eax, cr0
  or al, 1
  mov cr0, eax
  jmp 0x08:protected

gdtr:
  .word 4 * 8 - 1
  .long gdt
.align 8
gdt:
  .quad 0
  .quad 0x00cf9a000000ffff
  .quad 0x00cf92000000ffff
  .quad 0x00af9a000000ffff

.code32
protected:
  mov ax, 0x10
  mov ds, ax
  mov es, ax
  mov ss, ax
  mov esp, 0x7c00
  mov al, 'P'
  mov dx, 0x3f8
  out dx, al
# 4: page tables: PML4 at 1000h, PDPT at 2000h, PD at 3000h with one page of 2 MiB.
  mov edi, 0x1000
  xor eax, eax
  mov ecx, 3 * 1024
  rep stosd
  mov dword ptr [0x1000], 0x2003
  mov dword ptr [0x2000], 0x3003
  mov dword ptr [0x3000], 0x83
# 5 to 8: PAE, CR3, LME, paging.
  mov eax, cr4
  or eax, 0x20
  mov cr4, eax
  mov eax, 0x1000
  mov cr3, eax
  mov ecx, 0xc0000080
  rdmsr
  or eax, 0x100
  wrmsr
  mov eax, cr0
  or eax, 0x80000000
  mov cr0, eax
  mov al, 'C'
  mov dx, 0x3f8
  out dx, al
# 9: a code segment with L.
  jmp 0x18:long_mode

.org 510
  .word 0xaa55

# The second sector.
.code16
second:
  mov al, '2'
  mov ah, 0x0e
  int 0x10
  jmp protect

.code64
long_mode:
# 10: 64-bit code, with registers that nothing else has.
  mov r8, 0x123456789abcdef0
  mov dx, 0x3f8
  mov al, 'L'
  out dx, al
  lea rsi, [rip + text]
1:
  lodsb
  test al, al
  jz 2f
  out dx, al
  jmp 1b
2:
  hlt
text:
  .asciz " ong mode\n"
