"""Everything that may happen next: workers, the vendor, people, evidence, and time."""

from collections.abc import Iterator

from contract_tests.journal.explorer import checks
from contract_tests.journal.explorer.simulated import KEY, Simulated
from contract_tests.journal.explorer.state import (
    DAY,
    OVERDUE,
    SETTLED,
    Job,
    Setting,
    Violation,
    World,
)
from contract_tests.journal.explorer.workers import Workers
from propexo_client.errors import InvalidArgument, KeyInProgress
from propexo_client.journal import Entry, State, rules
from propexo_client.journal.history import jobs


class Explorer(Workers):
    """Knows what may follow a world in one setting."""

    def __init__(self, setting: Setting, journal: Simulated | None = None) -> None:
        super().__init__(setting, journal or Simulated())

    def next(self, world: World) -> Iterator[tuple[str, World]]:
        """Give every world that may follow, and the name of what happened."""
        for worker in range(len(world.workers)):
            yield from self.steps(world, worker)
        yield from self._vendor(world)
        yield from self._colleague(world)
        yield from self._evidence(world)
        yield from self._person(world)
        yield from self._time(world)

    def check(self, world: World) -> None:
        """Check one state by itself."""
        checks.sendable(self.setting, world, self.history(world))

    def check_quiet(self, world: World) -> None:
        """Check that a person can settle a key, sooner or later, when nobody does anything."""
        history = self.history(world)
        if checks.is_final(history):
            return
        later = world._replace(now=world.now + 2 * SETTLED)
        failed = history[-1].state is State.FAILED
        if not (self._takes(later, "posted", False) and self._takes(later, "not_posted", failed)):
            raise Violation(f"nobody can ever settle {history[-1].state}")

    def _vendor(self, world: World) -> Iterator[tuple[str, World]]:
        for place, job in enumerate(world.jobs):
            if job.state != "queued":
                continue
            yield f"{job.name} is booked", self._booked(world, place, job)
            if world.left("failing"):
                for logged in (True, False):
                    failed = job._replace(state="failed", logged=logged)
                    yield f"{job.name} fails", world.spend("failing").with_job(place, failed)
        for place, flight in enumerate(world.flights):
            rest = world._replace(flights=world.flights[:place] + world.flights[place + 1 :])
            if world.refuses(flight):
                yield "a request arrives in vain", rest
                continue
            done, name = rest.executed(flight)
            checks.executed(self.setting, done)
            yield f"a request arrives late, as {name}", done

    def _booked(self, world: World, place: int, job: Job) -> World:
        booked = world.with_job(place, job._replace(state="booked"))
        checks.executed(self.setting, booked)
        return booked

    def _colleague(self, world: World) -> Iterator[tuple[str, World]]:
        for place, job in enumerate(world.jobs):
            if world.left("colleague") and world.in_colleagues_reach(job.name):
                booked = self._booked(world.spend("colleague"), place, job)
                yield f"a colleague retries {job.name}", booked

    def _evidence(self, world: World) -> Iterator[tuple[str, World]]:
        if world.evidence is not None:
            name, state = world.evidence
            yield f"evidence of {name} is written", self._prove(world, name, state)
        elif world.left("evidence"):
            for job in world.jobs:
                if job.state in ("booked", "failed"):
                    seen = world.spend("evidence")._replace(evidence=(job.name, job.state))
                    yield f"evidence sees {job.name} {job.state}", seen

    def _prove(self, world: World, name: str, state: str) -> World:
        """Write what the status of a job of ours says, or the mark on a row of the ledger."""
        job = next(job for job in world.jobs if job.name == name)
        self.enter(world, "evidence")
        known, record = name in jobs(self.journal.events), f"R{name}"
        if known and state == "booked":
            self.journal.job_ended(name, State.POSTED, record_id=record)
        elif known:
            self.journal.job_ended(name, State.FAILED)
        elif state == "booked":
            attempt = job.attempt if job.retries is None else 1
            self.journal.booked(KEY, attempt, record_id=record)
        proven = world.proven or state == "booked"
        return self.after(world)._replace(evidence=None, proven=proven)

    def _person(self, world: World) -> Iterator[tuple[str, World]]:
        if world.person is not None:
            yield self._settle(world, *world.person)
            return
        seen = self._seen(world)
        if seen is not None and world.left("person") and self._takes(world, *seen):
            after = world.spend("person")
            for place, job in enumerate(after.jobs):
                if seen[1] and job.state == "failed":
                    after = after.with_job(place, job._replace(state="given up"))
            yield f"a person looks: {seen}", after._replace(person=seen)

    def _seen(self, world: World) -> tuple[rules.Verdict, bool] | None:
        """Conclude from what the tools show, as a person does; None while a job is queued."""
        if not world.history:
            return None
        sees, errs = self.setting.sees, self.setting.errs
        shown = [
            job.state
            for job in world.jobs
            if ("ledger" in sees and job.state == "booked")
            or ("writes" in sees and job.logged and job.state != "booked")
            or "jobs" in sees
        ]
        if "booked" in shown and not errs:
            return "posted", False
        if "queued" in shown and not errs:
            return None
        failed = self.history(world)[-1].state is State.FAILED
        return "not_posted", failed or "failed" in shown

    def _takes(self, world: World, verdict: rules.Verdict, give_up_job: bool) -> bool:
        entry = Entry(self.history(world), world.now)
        try:
            rules.settled(entry, verdict, "looked", give_up_job=give_up_job)
        except (InvalidArgument, KeyInProgress):
            return False
        return True

    def _settle(self, world: World, verdict: rules.Verdict, give_up_job: bool) -> tuple[str, World]:
        self.enter(world, "person")
        try:
            self.journal.resolve(KEY, verdict, because="looked", give_up_job=give_up_job)
        except (InvalidArgument, KeyInProgress):
            return "the person is refused", world._replace(person=None)
        return f"the person says {verdict}", self.after(world)._replace(person=None)

    def _time(self, world: World) -> Iterator[tuple[str, World]]:
        """Let time pass. Whatever is queued for a day was executed, or never will be."""
        if not world.history or world.person is not None:
            return
        queued = any(job.state == "queued" for job in world.jobs)
        for name, seconds in (("overdue", OVERDUE), ("settled", SETTLED)):
            if world.left(name) and not (queued and seconds == SETTLED):
                now = world.now + seconds
                flights = tuple(each for each in world.flights if now < each.opened + DAY)
                later = world.spend(name)._replace(now=now, flights=flights)
                yield f"time passes: {name}", later
        if world.left("forgets"):
            yield "the journal forgets", world.spend("forgets")._replace(history=())
