package io.faultline.jenkins.trigger;

import com.google.re2j.Pattern;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.FilePath;
import hudson.model.CauseAction;
import hudson.model.Computer;
import hudson.model.FreeStyleProject;
import hudson.model.Queue;
import hudson.model.queue.ScheduleResult;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.faultline.catalog.Subject;
import io.faultline.history.Changes;
import io.faultline.history.Event;
import io.faultline.jenkins.Addresses;
import io.faultline.jenkins.FaultlineEngine;
import io.faultline.jenkins.FaultlineEngine.Current;
import io.faultline.jenkins.Messages;
import io.faultline.jenkins.jobs.JobKeeper;
import io.faultline.jenkins.steps.SmokeRun;
import io.faultline.run.MachineEvent;
import io.faultline.run.RateLimit;
import io.faultline.run.Selection;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * Takes word that something happened to a machine, and has its checks run at once, and those of whatever does not work
 * without it: by their jobs, or on the controller where there is no job. Thread-safe; does not wait for the checks.
 */
@Extension
public final class Trigger {
    private static final Logger LOGGER = Logger.getLogger(Trigger.class.getName());
    private static final int AT_ONCE = 6;
    private static final Duration PAUSE = Duration.ofSeconds(20);
    private static final Pattern DETAIL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9 ._:+-]{0,79}");

    /**
     * What is told, as it came from outside.
     *
     * @param status how it ended, if the machine says so
     * @param bootId which boot of the machine it was, if it says so
     */
    public record Word(String machine, String event, Optional<String> status, Optional<String> bootId) {}

    /** What came of it. */
    public sealed interface Answer {
        /** It was not understood, or there is no such machine. */
        record Refused(int httpStatus, String why) implements Answer {}

        /** The machine told too much lately. */
        record TooOften(Duration pause) implements Answer {}

        /** @param again the machine had told of this boot before, and that is where to look */
        record Started(String machine, MachineEvent event, int checks, List<Place> places, boolean again)
                implements Answer {
            public Started {
                places = List.copyOf(places);
            }

            Started toldAgain() {
                return new Started(machine, event, checks, places, true);
            }
        }
    }

    /** How one service or machine is checked now. */
    public enum How {
        /** Its job waits for an executor. */
        QUEUED,
        /** Its job was disabled by a person, so it is not checked. */
        DISABLED,
        /** There is no job, so the controller itself checks it. */
        ON_CONTROLLER
    }

    /**
     * Where to look.
     *
     * @param url of the job, or of its page in the overview; absolute if Jenkins knows its own address
     * @param queueUrl of the waiting build, if one waits
     */
    public record Place(String subject, How how, String url, Optional<String> queueUrl) {}

    private final RateLimit limit = new RateLimit(FaultlineEngine.get().clock(), AT_ONCE, PAUSE);
    /** The newest boot of each machine, so that who tells of it again, for want of an answer, starts nothing. */
    private final Map<String, Boot> boots = new HashMap<>();

    private record Boot(String id, Answer.Started answer) {}

    public static Trigger get() {
        return ExtensionList.lookupSingleton(Trigger.class);
    }

    /**
     * Takes word of a machine; whether the caller may is decided before.
     *
     * @param by who says so
     */
    public Answer take(Word word, String by) throws IOException, InterruptedException {
        Optional<MachineEvent> event = MachineEvent.of(word.event());
        if (event.isEmpty()) {
            return new Answer.Refused(400, Messages.Trigger_badEvent(String.join(", ", MachineEvent.words())));
        }
        if (!isDetail(word.status()) || !isDetail(word.bootId())) {
            return new Answer.Refused(400, Messages.Trigger_badDetail());
        }
        Optional<Current> current = FaultlineEngine.get().look();
        if (current.isEmpty()) {
            return new Answer.Refused(
                    503,
                    Messages.SmokeRun_noEngine(
                            FaultlineEngine.get().failure().orElseGet(Messages::SmokeRun_shuttingDown)));
        }
        List<Subject> touched;
        try {
            touched = Selection.touchedBy(current.get().catalog(), word.machine());
        } catch (IllegalArgumentException e) {
            return new Answer.Refused(404, Messages.Trigger_noMachine());
        }
        if (event.get() != MachineEvent.BOOT || word.bootId().isEmpty()) {
            return start(word, event.get(), by, touched);
        }
        synchronized (boots) {
            Boot last = boots.get(word.machine());
            if (last != null && last.id().equals(word.bootId().get())) {
                return last.answer().toldAgain();
            }
            Answer answer = start(word, event.get(), by, touched);
            if (answer instanceof Answer.Started started) {
                boots.put(word.machine(), new Boot(word.bootId().get(), started));
            }
            return answer;
        }
    }

    private Answer start(Word word, MachineEvent event, String by, List<Subject> touched)
            throws IOException, InterruptedException {
        Duration wait = limit.take(word.machine());
        if (!wait.isZero()) {
            return new Answer.TooOften(wait);
        }
        remember(word, event, by);
        MachineChangedCause cause = new MachineChangedCause(word.machine(), event.text(), by);
        List<Place> places = new ArrayList<>();
        try (ACLContext ignored = ACL.as2(ACL.SYSTEM2)) {
            for (Subject subject : touched) {
                places.add(start(subject, cause));
            }
        }
        onController(places);
        int checks =
                touched.stream().mapToInt(subject -> subject.checks().size()).sum();
        return new Answer.Started(word.machine(), event, checks, places, false);
    }

    private static boolean isDetail(Optional<String> detail) {
        return detail.filter(text -> !DETAIL.matches(text)).isEmpty();
    }

    private static void remember(Word word, MachineEvent event, String by) throws IOException, InterruptedException {
        StringBuilder what = new StringBuilder(event.text());
        word.status().ifPresent(status -> what.append(", status ").append(status));
        word.bootId().ifPresent(id -> what.append(", boot ").append(id));
        what.append(", told by ").append(by);
        Event happened = new Event(FaultlineEngine.get().clock().instant(), word.machine(), what.toString());
        FaultlineEngine.get().use(current -> {
            current.history()
                    .commit(new Changes(List.of(), List.of(), List.of(), List.of(), List.of(happened), List.of()));
            return happened;
        });
    }

    private static Place start(Subject subject, MachineChangedCause cause) {
        String name = subject.name();
        String root = Optional.ofNullable(Jenkins.get().getRootUrl()).orElse("");
        Optional<FreeStyleProject> job = JobKeeper.get().jobOf(name);
        if (job.isEmpty()) {
            return new Place(name, How.ON_CONTROLLER, root + Addresses.of(subject), Optional.empty());
        }
        String url = root + job.get().getUrl();
        if (job.get().isDisabled()) {
            return new Place(name, How.DISABLED, url, Optional.empty());
        }
        ScheduleResult scheduled = Jenkins.get().getQueue().schedule2(job.get(), 0, new CauseAction(cause));
        Optional<String> queued =
                Optional.ofNullable(scheduled.getItem()).map(Queue.Item::getUrl).map(address -> root + address);
        return new Place(name, How.QUEUED, url, queued);
    }

    /** Where there are no jobs, one run checks all that is left. */
    private static void onController(List<Place> places) {
        List<String> subjects = places.stream()
                .filter(place -> place.how() == How.ON_CONTROLLER)
                .map(Place::subject)
                .toList();
        if (subjects.isEmpty()) {
            return;
        }
        // Nobody waits for it: its results are in the history.
        Computer.threadPoolForRemoting.submit(() -> {
            try (ACLContext ignored = ACL.as2(ACL.SYSTEM2);
                    PrintStream silent =
                            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
                SmokeRun.Ended ended = new SmokeRun(
                                new SmokeRun.Order(subjects, Optional.empty(), false, true), "", silent)
                        .run(FilePath.localChannel);
                LOGGER.log(Level.FINE, "checked {0}: {1}", new Object[] {subjects, ended.worst()});
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (IOException | RuntimeException e) {
                LOGGER.log(Level.WARNING, "checks of " + subjects + " failed", e);
            }
        });
    }
}
