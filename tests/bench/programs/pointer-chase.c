/* Loads that wait for loads: one random ring (Sattolo) of 131072 lines of 64 bytes, 8 MiB, which closes after just as many steps. */
#include <stdint.h>
#define NODES 131072
struct node { struct node *next; char rest[56]; };
static struct node nodes[NODES];
static uint32_t order[NODES];
int main(void) {
  uint32_t seed = 1;
  for (uint32_t i = 0; i < NODES; i++) order[i] = i;
  for (uint32_t i = NODES - 1; i > 0; i--) {
    seed = seed * 1664525u + 1013904223u;
    uint32_t j = (uint64_t)seed * i >> 32, t = order[i];
    order[i] = order[j];
    order[j] = t;
  }
  for (uint32_t i = 0; i < NODES; i++) nodes[i].next = &nodes[order[i]];
  for (int round = 0; round < ROUNDS; round++) {
    struct node *at = nodes;
    int steps = 0;
    do at = at->next, steps++;
    while (at != nodes);
    if (steps != NODES) return 1;
  }
  return 0;
}
