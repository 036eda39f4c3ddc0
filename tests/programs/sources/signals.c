/* Signals as a program meets them: handlers, masks, faults, interrupted and restarted calls, the alternate stack. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/wait.h>
#include <errno.h>
#include <setjmp.h>
#include <sys/mman.h>
static volatile int got;
static void on(int s){ got=s; write(1,"handler\n",8);}
static sigjmp_buf jb; static void *where; static int code;
static void onsegv(int s, siginfo_t*i, void*u){ where=i->si_addr; code=i->si_code; siglongjmp(jb,1);}
static double d;
static void onfp(int s){ d = d*3.5; }
int main(){
  struct sigaction a={0}; a.sa_handler=on; sigaction(SIGUSR1,&a,0);
  double x=1.25; raise(SIGUSR1); printf("got %d %f\n",got,x);
  a.sa_handler=onfp; sigaction(SIGUSR2,&a,0); d=2; double y=7.5; kill(getpid(),SIGUSR2); printf("%f %f\n",d,y);
  struct sigaction b={0}; b.sa_sigaction=onsegv; b.sa_flags=SA_SIGINFO; sigaction(SIGSEGV,&b,0);
  if(!sigsetjmp(jb,1)) *(volatile int*)0x1234=1; printf("segv %p %d\n",where,code);
  char*p=mmap(0,4096,PROT_READ,MAP_PRIVATE|MAP_ANONYMOUS,-1,0);
  if(!sigsetjmp(jb,1)) *(volatile char*)p=1; printf("acc %d %d\n",where==p,code);
  sigset_t m; sigemptyset(&m); sigaddset(&m,SIGUSR1); sigprocmask(SIG_BLOCK,&m,0); got=0; a.sa_handler=on; sigaction(SIGUSR1,&a,0); raise(SIGUSR1); printf("blocked %d\n",got); sigset_t pend; sigpending(&pend); printf("pending %d\n",sigismember(&pend,SIGUSR1)); sigprocmask(SIG_UNBLOCK,&m,0); printf("unblocked %d\n",got);
  int fd[2]; pipe(fd); fflush(stdout);
  pid_t me=getpid(); if(fork()==0){ usleep(20000); kill(me,SIGUSR1); usleep(20000); kill(me,SIGUSR1); usleep(20000); write(fd[1],"x",1); _exit(0);} 
  char c; a.sa_flags=0; sigaction(SIGUSR1,&a,0); int r=read(fd[0],&c,1); printf("read %d %s\n",r,strerror(errno));
  a.sa_flags=SA_RESTART; sigaction(SIGUSR1,&a,0); r=read(fd[0],&c,1); printf("read %d %c\n",r,c);
  int st; wait(&st);
  signal(SIGPIPE,SIG_IGN); close(fd[0]); r=write(fd[1],"y",1); printf("epipe %d %s\n",r,strerror(errno));
  stack_t ss={.ss_sp=malloc(65536),.ss_size=65536}; sigaltstack(&ss,0); a.sa_handler=on; a.sa_flags=SA_ONSTACK|SA_RESETHAND; sigaction(SIGUSR1,&a,0); raise(SIGUSR1); struct sigaction old; sigaction(SIGUSR1,0,&old); printf("reset %d\n",old.sa_handler==SIG_DFL);
  fflush(stdout); if(fork()==0){ abort(); } wait(&st); printf("abort %d %d\n",WTERMSIG(st),WIFSIGNALED(st));
  signal(SIGCHLD,SIG_DFL); sigset_t em; sigemptyset(&em); 
  fflush(stdout); pid_t k=fork(); if(k==0){ pause(); _exit(1);} kill(k,SIGTERM); waitpid(k,&st,0); printf("term %d\n",WTERMSIG(st));
  return 0; }
