package io.faultline.jenkins.trigger;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.CauseAction;
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
import io.faultline.run.MachineEvent;
import io.faultline.run.TriggerGate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jenkins.model.Jenkins;

/**
 * Takes word that something happened to a machine, and has its checks run at once, and those of whatever does not work
 * without it: by their jobs, or on the controller where there is no job. Thread-safe; does not wait for the checks.
 */
@Extension
public final class Trigger {
    /** What came of it. */
    public sealed interface Answer {
        /**
         * It was not understood, there is no such machine, or it told too much lately.
         *
         * @param retryAfter so many seconds; 0 if it is of no use to wait
         */
        record Refused(int httpStatus, String why, int retryAfter) implements Answer {}

        /** @param again the same event was told of before: nothing was started now, and that is where to look */
        record Started(String machine, MachineEvent event, int checks, List<Place> places, boolean again)
                implements Answer {
            public Started {
                places = List.copyOf(places);
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
        ON_CONTROLLER,
        /** It was checked when the event was told of first. */
        TOLD_BEFORE
    }

    /**
     * Where to look.
     *
     * @param url of the job, or of its page in the overview; absolute if Jenkins knows its own address
     * @param queueUrl of the waiting build, if one waits
     */
    public record Place(String subject, How how, String url, Optional<String> queueUrl) {}

    private final TriggerGate gate = new TriggerGate(FaultlineEngine.get().clock());
    private final ControllerChecks controller = new ControllerChecks();

    public static Trigger get() {
        return ExtensionList.lookupSingleton(Trigger.class);
    }

    /**
     * Takes word of a machine; whether the caller may is decided before.
     *
     * @param by who says so
     */
    public Answer take(TriggerGate.Word word, String by) throws IOException, InterruptedException {
        Optional<Current> current = FaultlineEngine.get().look();
        if (current.isEmpty()) {
            String why = FaultlineEngine.get().failure().orElseGet(Messages::SmokeRun_shuttingDown);
            return new Answer.Refused(503, Messages.SmokeRun_noEngine(why), 0);
        }
        // Two who tell of the same event at the same time start its checks once.
        synchronized (gate) {
            TriggerGate.Answer answer = gate.take(current.get().catalog(), word, by);
            if (answer instanceof TriggerGate.Answer.Refused refused) {
                return new Answer.Refused(refused.httpStatus(), refused.why(), 0);
            }
            if (answer instanceof TriggerGate.Answer.TooOften tooOften) {
                int seconds = (int) tooOften.pause().plusMillis(999).toSeconds();
                return new Answer.Refused(429, Messages.Trigger_tooOften(seconds), seconds);
            }
            TriggerGate.Answer.Start start = (TriggerGate.Answer.Start) answer;
            List<Place> places = start.again() ? toldBefore(start) : start(word.machine(), start, by);
            int checks = start.touched().stream()
                    .mapToInt(subject -> subject.checks().size())
                    .sum();
            return new Answer.Started(word.machine(), start.event(), checks, places, start.again());
        }
    }

    private List<Place> start(String machine, TriggerGate.Answer.Start start, String by)
            throws IOException, InterruptedException {
        remember(machine, start.text());
        MachineChangedCause cause =
                new MachineChangedCause(machine, start.event().text(), by);
        List<Place> places = new ArrayList<>();
        try (ACLContext ignored = ACL.as2(ACL.SYSTEM2)) {
            for (Subject subject : start.touched()) {
                places.add(start(subject, cause));
            }
        }
        controller.check(places.stream()
                .filter(place -> place.how() == How.ON_CONTROLLER)
                .map(Place::subject)
                .toList());
        gate.started(machine, start);
        return places;
    }

    private static void remember(String machine, String text) throws IOException, InterruptedException {
        Event happened = new Event(FaultlineEngine.get().clock().instant(), machine, text);
        FaultlineEngine.get().use(current -> {
            current.history().commit(new Changes(List.of(), List.of(), List.of(), List.of(), List.of(happened)));
            return happened;
        });
    }

    private static Place start(Subject subject, MachineChangedCause cause) {
        Optional<FreeStyleProject> job = JobKeeper.get().jobOf(subject.name());
        String url = url(subject, job);
        if (job.isEmpty()) {
            return new Place(subject.name(), How.ON_CONTROLLER, url, Optional.empty());
        }
        if (job.get().isDisabled()) {
            return new Place(subject.name(), How.DISABLED, url, Optional.empty());
        }
        ScheduleResult scheduled = Jenkins.get().getQueue().schedule2(job.get(), 0, new CauseAction(cause));
        Optional<String> queued =
                Optional.ofNullable(scheduled.getItem()).map(Queue.Item::getUrl).map(address -> root() + address);
        return new Place(subject.name(), How.QUEUED, url, queued);
    }

    private static List<Place> toldBefore(TriggerGate.Answer.Start start) {
        try (ACLContext ignored = ACL.as2(ACL.SYSTEM2)) {
            return start.touched().stream()
                    .map(subject -> new Place(
                            subject.name(),
                            How.TOLD_BEFORE,
                            url(subject, JobKeeper.get().jobOf(subject.name())),
                            Optional.empty()))
                    .toList();
        }
    }

    private static String url(Subject subject, Optional<FreeStyleProject> job) {
        return root() + job.map(FreeStyleProject::getUrl).orElseGet(() -> Addresses.of(subject));
    }

    private static String root() {
        return Optional.ofNullable(Jenkins.get().getRootUrl()).orElse("");
    }
}
