/* REP STOS, MOVS, CMPS and SCAS over 64 KiB; each is checked by the next. */
static unsigned char a[65537], b[65537];
int main(void) {
  for (int round = 0; round < ROUNDS; round++) {
    void *di = a, *si = a;
    unsigned long cx = 8192;
    unsigned char equal, found;
    __asm__ volatile("rep stosq" : "+D"(di), "+c"(cx) : "a"(0x0101010101010101ul * (1 + (round & 63))) : "memory");
    a[65535] = 200;
    di = b, cx = 65536;
    __asm__ volatile("rep movsb" : "+D"(di), "+S"(si), "+c"(cx) : : "memory");
    di = b, si = a, cx = 65536;
    __asm__ volatile("repe cmpsb; sete %3" : "+D"(di), "+S"(si), "+c"(cx), "=q"(equal) : : "memory", "cc");
    if (!equal || cx != 0) return 1;
    di = b, cx = 65537;
    __asm__ volatile("repne scasb; sete %2" : "+D"(di), "+c"(cx), "=q"(found) : "a"(200) : "memory", "cc");
    if (!found || cx != 1) return 2;
  }
  return 0;
}
