/* Nothing: what it takes is the start of a process, which is taken off the others. */
int main(void) { return 0; }
