/* run_alone.c: performs a run in a process of its own, of which nothing is left however it ends. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/run_alone.h"

#include "base/buf.h"
#include "lab/steps.h"
#include "lab/truth.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * The caller, a guard, and the run, which has its programs' processes with it in a group of their
 * own. The guard ends the run when it is told to or when the caller is gone, and tidies up. If
 * the guard is killed, the kernel kills the run, and the caller tidies up.
 */

/* Longer than planned by so much, a run hangs. */
enum { TIMES_LONGER = 3 };
#define LONGER_NS     (120 * LAB_SECOND)
#define GONE_WAIT_NS  (5 * LAB_SECOND)
#define GONE_PAUSE_NS (5 * LAB_MILLISECOND)
enum { ASK_MS = 20 };

/* What the three share. */
struct shared {
	struct lab_alone told;
	pid_t run; /* its process and process group; 0: none */
	bool used; /* the caller's function has begun: there is nothing to repeat */
};

static void tell(struct shared *shared, enum lab_outcome outcome, const char *trouble)
{
	shared->told.outcome = outcome;
	(void)snprintf(shared->told.trouble, sizeof(shared->told.trouble), "%s", trouble);
}

/* Those of them that the caller ignores (nohup, a shell's background) end nothing. */
static sigset_t ending_signals(void)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
	struct sigaction action;
	sigset_t set;

	(void)sigemptyset(&set);
	for (size_t i = 0; i < TW_LEN(numbers); i++)
		if (sigaction(numbers[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
			(void)sigaddset(&set, numbers[i]);
	return set;
}

/* ---- the run ---- */

static enum lab_outcome perform(struct shared *shared, struct lab_run *run,
				const struct lab_plan *plan, lab_run_user *use, void *context)
{
	struct tw_buf why = tw_buf_of(LAB_TROUBLE_BYTES - 1);
	enum lab_outcome outcome = lab_run_perform(run, plan);

	if (outcome == LAB_WENT_WELL && !lab_truth_agrees(run, &why)) {
		(void)lab_run_fail(run, "%s", why.text ? why.text : "the kernel disagrees");
		outcome = LAB_WENT_OTHERWISE;
	}
	tw_buf_free(&why);
	if (outcome != LAB_WENT_WELL)
		return outcome;
	shared->used = true;
	return use(run, context);
}

static _Noreturn void be_the_run(struct shared *shared, const struct lab_plan *plan,
				 lab_run_user *use, void *context)
{
	struct lab_run *run = calloc(1, sizeof(*run));

	if (run) {
		enum lab_outcome outcome = perform(shared, run, plan, use, context);

		tell(shared, outcome, run->trouble);
		lab_run_free(run);
	} else {
		tell(shared, LAB_IMPOSSIBLE, strerror(ENOMEM));
	}
	free(run);
	(void)fflush(NULL);
	_exit(0);
}

/* ---- watching ---- */

enum ending { ENDED, TOLD_TO_STOP, TOOK_TOO_LONG };

/* Waits for the end of a process, a signal that ends us (`*told`), or the deadline (-1: none). */
static enum ending watch(pid_t process, int signals, int64_t deadline_ns, int *told)
{
	struct pollfd fds[] = {{.fd = (int)syscall(SYS_pidfd_open, process, 0), .events = POLLIN},
			       {.fd = signals, .events = POLLIN}};
	enum ending ending = ENDED;

	/* Without a descriptor of the process (Linux before 5.3) its end is asked for. */
	bool asks = fds[0].fd < 0;

	for (;;) {
		int64_t left_ns = deadline_ns - lab_now_ns();
		int left_ms = deadline_ns < 0 ? -1
			      : left_ns <= 0  ? 0
					      : (int)(left_ns / LAB_MILLISECOND) + 1;
		struct signalfd_siginfo info;
		siginfo_t ended = {0};
		int ready = poll(fds, TW_LEN(fds), asks && left_ms != 0 ? ASK_MS : left_ms);

		if (ready < 0 && errno == EINTR)
			continue;
		if (asks &&
		    (waitid(P_PID, (id_t)process, &ended, WEXITED | WNOHANG | WNOWAIT) < 0 ||
		     ended.si_pid == process))
			break;
		if (ready == 0 && asks && left_ms != 0)
			continue;
		if (ready <= 0) {
			ending = TOOK_TOO_LONG;
			break;
		}
		if (fds[0].revents != 0)
			break;
		if (read(signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
			*told = (int)info.ssi_signo;
			ending = TOLD_TO_STOP;
			break;
		}
	}
	(void)close(fds[0].fd);
	return ending;
}

static bool is_there(pid_t process)
{
	return process > 0 && kill(process, 0) == 0;
}

/* ---- the guard ---- */

/* Kills the run with all its programs, which become children of the guard, and buries them. */
static void end_run(struct shared *shared)
{
	if (shared->run <= 0)
		return;
	(void)kill(-shared->run, SIGKILL);
	(void)kill(shared->run, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		continue;
	lab_trace_clean();
	shared->run = 0;
}

static int64_t deadline_of(const struct lab_plan *plan)
{
	return lab_now_ns() + TIMES_LONGER * plan->about_ns + LONGER_NS;
}

/* One attempt; false where the guard was told to stop. */
static bool attempt(struct shared *shared, const struct lab_plan *plan, const sigset_t *mask,
		    int signals, lab_run_user *use, void *context)
{
	pid_t guard = getpid();
	enum ending ending;
	int told;
	pid_t run;

	tell(shared, LAB_WENT_OTHERWISE, "the process of the run died");
	run = fork();
	if (run == 0) {
		(void)setpgid(0, 0);
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != guard)
			_exit(1);
		(void)close(signals);
		(void)sigprocmask(SIG_SETMASK, mask, NULL);
		/* It writes from the background of a terminal that may not want that (tostop). */
		(void)signal(SIGTTOU, SIG_IGN);
		(void)signal(SIGPIPE, SIG_IGN); /* who reads no further has seen enough */
		be_the_run(shared, plan, use, context);
	}
	if (run < 0) {
		tell(shared, LAB_IMPOSSIBLE, "no process for the run");
		return false;
	}
	(void)setpgid(run, run);
	shared->run = run;
	ending = watch(run, signals, deadline_of(plan), &told);
	end_run(shared);
	if (ending == TOOK_TOO_LONG)
		tell(shared, LAB_WENT_OTHERWISE, "it took far longer than planned");
	if (ending == TOLD_TO_STOP)
		tell(shared, LAB_WENT_OTHERWISE, "it was interrupted");
	return ending != TOLD_TO_STOP;
}

static _Noreturn void be_the_guard(struct shared *shared, const struct lab_plan *plan,
				   unsigned attempts, const sigset_t *mask, int signals,
				   pid_t caller, lab_run_user *use, void *context)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (getppid() != caller)
		_exit(1);
	while (shared->told.attempts < attempts) {
		shared->told.attempts++;
		if (!attempt(shared, plan, mask, signals, use, context) ||
		    shared->told.outcome != LAB_WENT_OTHERWISE || shared->used)
			break;
	}
	_exit(0);
}

/* ---- the caller ---- */

/* Waits for the guard; the signal that the caller itself is to end with, or 0. */
static int follow(struct shared *shared, pid_t guard, int signals)
{
	int64_t patience_ns;
	int told = 0;

	while (watch(guard, signals, -1, &told) == TOLD_TO_STOP)
		(void)kill(guard, SIGTERM);
	while (waitpid(guard, NULL, 0) < 0 && errno == EINTR)
		continue;
	/* Of a guard that was killed the run is still dying. */
	patience_ns = lab_now_ns() + GONE_WAIT_NS;
	while (is_there(shared->run) && lab_now_ns() < patience_ns) {
		(void)waitpid(shared->run, NULL, WNOHANG);
		lab_pause(GONE_PAUSE_NS);
	}
	if (shared->run > 0)
		lab_trace_clean();
	return told;
}

static struct lab_alone impossible(const char *trouble)
{
	struct lab_alone told = {.outcome = LAB_IMPOSSIBLE};

	(void)snprintf(told.trouble, sizeof(told.trouble), "%s", trouble);
	return told;
}

struct lab_alone lab_run_alone(const struct lab_plan *plan, unsigned attempts, lab_run_user *use,
			       void *context)
{
	struct shared *shared =
	    mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	sigset_t ending = ending_signals();
	pid_t caller = getpid();
	struct lab_alone told;
	int told_to_end = 0;
	sigset_t mask;
	int signals;
	pid_t guard;

	if (shared == MAP_FAILED)
		return impossible(strerror(errno));
	(void)fflush(NULL); /* or the run would write again what is not written yet */
	/* Should the guard be killed, the run becomes our child, to be buried here. */
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
	(void)sigprocmask(SIG_BLOCK, &ending, &mask);
	signals = signalfd(-1, &ending, SFD_CLOEXEC | SFD_NONBLOCK);
	guard = signals < 0 ? -1 : fork();
	if (guard == 0)
		be_the_guard(shared, plan, attempts, &mask, signals, caller, use, context);
	if (guard > 0)
		told_to_end = follow(shared, guard, signals);
	told = guard > 0 ? shared->told : impossible(strerror(errno));
	(void)prctl(PR_SET_CHILD_SUBREAPER, 0);
	(void)close(signals);
	(void)munmap(shared, sizeof(*shared));
	(void)sigprocmask(SIG_SETMASK, &mask, NULL);
	if (told_to_end != 0)
		(void)raise(told_to_end);
	return told;
}
