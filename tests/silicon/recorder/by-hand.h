/* Instructions that pure chance leaves out or hits too rarely, for genvec's mode h. A template is words:
 * two hex digits = that byte; s = now and then a segment prefix without effect; o = now and then 66; a = now and then 67;
 * l = now and then F0; p = F2 or F3; w = now and then REX with W and R; m3, m* = ModRM with memory and this or any reg;
 * r3, r* = ModRM with a register; i1, i2, i4 = an immediate of so many bytes. */
static const char *const templates[] = {
  "o 9c", "w 9c", "o 9d", "w 9d", "9e", "9f", "9b", "fc", "fd", "f5", "f8", "f9",
  "o w 8c r0", "o w 8c r1", "o w 8c r2", "o w 8c r3", "o w 8c r4", "o w 8c r5", "s 8c m1", "o 8c m2", "w 8c m0", "o 8c m4",
  "8e r0", "8e r2", "8e r3", "8e m3", "8e m0", "8e m2", "0f a0", "66 0f a8", "0f a8", "o 8f m0", "o 8f r0", "o ff m6", "o ff r6",
  "w 0f ae m0", "w 0f ae m0", "0f ae m3", "0f ae m2", "w 0f ae m1", "0f ae m7", "0f ae e8", "0f ae f0", "0f ae f8",
  "l 48 0f c7 m1", "l 0f c7 m1", "l 49 0f c7 4e 00", "l 49 0f c7 4e 00", "l 41 0f c7 4e 00", "l 49 0f b1 4e 00", "l 41 0f b1 4e 00",
  "l 66 41 0f b1 56 00", "l 41 0f b0 5e 00", "o w 0f 38 f0 m*", "o w 0f 38 f1 m*", "s a d7", "w d7",
  "o c8 i2 00", "c8 i2 i1", "c8 10 00 03", "66 c8 08 00 02", "o c9", "w c9",
  "a o w a4", "a o w a5", "a o w a6", "a o w a7", "a o w aa", "a o w ab", "a o w ac", "a o w ad", "a o w ae", "a o w af",
  "p a o w a4", "p a o w a5", "p a o w a6", "p a o w a7", "p a o w aa", "p a o w ab", "p a o w ac", "p a o w ad", "p a o w ae", "p a o w af",
  "o w c0 m2 i1", "o w c0 r2 i1", "o w c1 r2 i1", "o w c1 m2 i1", "o w d2 r2", "o w d3 r2", "o w d3 m2", "w d1 r2", "w d0 r2",
  "o w c0 m3 i1", "o w c0 r3 i1", "o w c1 r3 i1", "o w c1 m3 i1", "o w d2 r3", "o w d3 r3", "o w d3 m3", "w d1 r3", "w d0 r3",
  "o w 0f a3 m*", "l o w 0f ab m*", "l o w 0f b3 m*", "l o w 0f bb m*", "o w 0f ba m4 i1", "l o w 0f ba m5 i1", "l o w 0f ba m6 i1", "l o w 0f ba m7 i1",
  "a w 8d m*", "a o w 8b m*", "s a w 89 m*", "s o 03 m*", "a e3 i1", "a e2 i1", "a e1 i1", "a e0 i1", "f3 0f bc m*", "f3 w 0f bd r*", "f3 o w 0f b8 r*",
  "cd 21", "cd 0d", "cd ff", "0f 06", "0f 08", "0f 09", "0f 30", "0f 32", "0f 01 m7", "0f 01 m2", "0f 01 m3", "0f 01 m6", "0f 01 f8", "0f 00 m2", "0f 00 m3",
  "0f 20 r0", "0f 20 r3", "0f 22 r4", "0f 21 r7", "0f 23 r0", "48 0f 07", "o w cf", "cb", "48 cb", "66 cb", "6c", "6f", "ee", "ec", "f4", "fa", "fb",
};
static u8 anyreg(const char*w){ return w[1]=='*' ? (u8)(rnd()&7) : (u8)(w[1]-'0'); }
static void template_ins(void){
  u8*p=ins; memset(ins,0xcc,16); cur_rep=0; const char*t=templates[rnd()%(sizeof templates/sizeof*templates)];
  for(;*t;t+=strcspn(t," "),t+=*t==' '){ int n=strcspn(t," "); unsigned v;
    if(n==2&&strchr("0123456789abcdef",t[0])&&strchr("0123456789abcdef",t[1])){ sscanf(t,"%2x",&v); *p++=v; }
    else switch(*t){
      case 's': if(!(rnd()&3)){ static const u8 seg[]={0x26,0x2e,0x36,0x3e}; *p++=seg[rnd()&3]; } break;
      case 'o': if(!(rnd()&1)) *p++=0x66; break;
      case 'a': if(!(rnd()&3)) *p++=0x67; break;
      case 'l': if(!(rnd()&3)) *p++=0xf0; break;
      case 'p': *p++=0xf2+(rnd()&1); cur_rep=1; break;
      case 'w': if(rnd()&1) *p++=0x40|(rnd()&12); break;
      case 'm': { static const u8 base[]={3,5,6,7}; *p++=0x40|anyreg(t)<<3|base[rnd()&3]; *p++=rnd(); break; }
      case 'r': *p++=0xc0|anyreg(t)<<3|(rnd()&7); break;
      case 'i': for(int k=t[1]-'0';k>0;k--) *p++=rnd(); break; } } }
