// floor MODE STEPS WIDTH DATABASE [SECONDS...]
//
// The least that running STEPS times /bin/true, WIDTH at once, can cost on this machine; with SECONDS, one for each step,
// the least that so many sleeps can:
//   spawn   processes alone, nothing is recorded
//   group   two transitions a step in SQLite (WAL, synchronous=FULL), one commit for all that happened in a turn,
//           made before any of it is acted on
//   each    the same with a commit for every transition
#define _GNU_SOURCE
#include <spawn.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static enum { SPAWN, GROUP, EACH } mode;
static sqlite3 *database;
static sqlite3_stmt *insert;
static int in_transaction;

static void fail(const char *what) {
  fprintf(stderr, "floor: %s: %s\n", what, database ? sqlite3_errmsg(database) : "failed");
  exit(1);
}

static void sql(const char *text) {
  if (sqlite3_exec(database, text, NULL, NULL, NULL) != SQLITE_OK) fail(text);
}

static void commit(void) {
  if (!in_transaction) return;
  sql("COMMIT");
  in_transaction = 0;
}

static void record(int step, const char *transition) {
  if (mode == SPAWN) return;
  if (!in_transaction) sql("BEGIN IMMEDIATE");
  in_transaction = 1;
  sqlite3_bind_int(insert, 1, step);
  sqlite3_bind_text(insert, 2, transition, -1, SQLITE_STATIC);
  if (sqlite3_step(insert) != SQLITE_DONE) fail("insert");
  sqlite3_reset(insert);
  if (mode == EACH) commit();
}

static void open_database(const char *path) {
  if (sqlite3_open(path, &database) != SQLITE_OK) fail(path);
  sql("PRAGMA journal_mode = WAL");
  sql("PRAGMA synchronous = FULL");
  sql("CREATE TABLE journal (seq INTEGER PRIMARY KEY, step INTEGER NOT NULL, transition TEXT NOT NULL)");
  const char *text = "INSERT INTO journal (step, transition) VALUES (?, ?)";
  if (sqlite3_prepare_v2(database, text, -1, &insert, NULL) != SQLITE_OK) fail(text);
}

int main(int argc, char **argv) {
  if (argc < 5 || (argc > 5 && argc != 5 + atoi(argv[2]))) {
    fprintf(stderr, "usage: floor spawn|group|each STEPS WIDTH DATABASE [SECONDS...]\n");
    return 2;
  }
  mode = strcmp(argv[1], "group") == 0 ? GROUP : strcmp(argv[1], "each") == 0 ? EACH : SPAWN;
  int steps = atoi(argv[2]), width = atoi(argv[3]);
  if (mode != SPAWN) open_database(argv[4]);
  pid_t *step_of = calloc(steps, sizeof *step_of);
  char **seconds = argc > 5 ? argv + 5 : NULL;
  char *arguments[] = {seconds ? "/bin/sleep" : "/bin/true", NULL, NULL};
  int started = 0, ended = 0;
  while (ended < steps) {
    int first = started;
    while (started < steps && started - ended < width) record(started++, "started");
    commit();
    for (int step = first; step < started; step++) {
      if (seconds) arguments[1] = seconds[step];
      if (posix_spawn(&step_of[step], arguments[0], NULL, NULL, arguments, environ)) fail("spawn");
    }
    // Wait for one, then take along all that have ended meanwhile.
    int status, how = 0;
    pid_t pid;
    while (ended < started && (pid = waitpid(-1, &status, how)) > 0) {
      int step = started - 1;
      while (step >= 0 && step_of[step] != pid) step--;
      if (step < 0 || status != 0) fail("a step failed");
      record(step, "ended");
      ended++;
      how = WNOHANG;
    }
  }
  commit();
  free(step_of);
  return 0;
}
