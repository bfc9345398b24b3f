package io.faultline.jenkins.jobs;

import hudson.BulkChange;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.init.InitMilestone;
import hudson.model.Cause;
import hudson.model.CauseAction;
import hudson.model.Descriptor;
import hudson.model.Failure;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.model.Job;
import hudson.model.Label;
import hudson.model.TopLevelItem;
import hudson.model.TopLevelItemDescriptor;
import hudson.model.listeners.ItemListener;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.tasks.LogRotator;
import hudson.triggers.TimerTrigger;
import hudson.util.DaemonThreadFactory;
import hudson.util.NamingThreadFactory;
import io.faultline.catalog.Catalog;
import io.faultline.catalog.CheckDefinition;
import io.faultline.catalog.Subject;
import io.faultline.jenkins.FaultlineConfiguration;
import io.faultline.jenkins.FaultlineEngine;
import io.faultline.jenkins.Messages;
import io.faultline.jenkins.Readable;
import io.faultline.jenkins.steps.SmokeTestBuilder;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.xml.transform.Source;
import javax.xml.transform.stream.StreamSource;
import jenkins.model.Jenkins;
import jenkins.model.ModifiableTopLevelItemGroup;

/**
 * Keeps one job for each service and machine that has checks. A job whose service is gone is disabled, and enabled
 * again when it is back; none is ever deleted. A job that a person has changed is left as it is. A service whose file
 * has mistakes is not gone: its job stays as it was.
 *
 * <p>Does its work with a thread of its own, with the rights of the system. Whatever it does may be done twice, so it
 * may be interrupted anywhere.
 */
@Extension
public final class JobKeeper implements FaultlineEngine.Listener {
    private static final Logger LOGGER = Logger.getLogger(JobKeeper.class.getName());
    private static final String FOLDER = "com.cloudbees.hudson.plugins.folder.Folder";
    private static final int BUILDS_KEPT = 200;
    /** To be raised when jobs are made in another way, so that those that nobody has changed are made anew. */
    private static final String FORM = "1";

    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(new NamingThreadFactory(new DaemonThreadFactory(), "faultline-jobs"));
    private final AtomicBoolean asked = new AtomicBoolean();
    /** Where the jobs are, as of the last look. */
    private final ConcurrentMap<String, String> jobs = new ConcurrentHashMap<>();

    private final Set<String> keptNames = ConcurrentHashMap.newKeySet();

    /** What a job is to be made from. */
    private record Wanted(String subject, String source, String description, String schedule) {
        static Wanted of(Subject subject) {
            Duration every = subject.checks().stream()
                    .map(CheckDefinition::every)
                    .min(Duration::compareTo)
                    .orElseThrow();
            String description = subject.dependsOn().isEmpty()
                    ? Messages.JobKeeper_description(subject.purpose())
                    : Messages.JobKeeper_descriptionNeeds(subject.purpose(), String.join(", ", subject.dependsOn()));
            return new Wanted(subject.name(), subject.place().file(), description, Cron.every(every));
        }

        String digest() {
            return KeptJob.digest(FORM + "\n" + subject + "\n" + description + "\n" + schedule);
        }
    }

    private record Found(FreeStyleProject job, KeptJob kept) {}

    public static JobKeeper get() {
        return ExtensionList.lookupSingleton(JobKeeper.class);
    }

    /** Only when all jobs are loaded it is known which there are. */
    @Extension
    public static final class Start extends ItemListener {
        @Override
        public void onLoaded() {
            get().soon();
        }

        @Override
        public void onLocationChanged(Item item, String oldFullName, String newFullName) {
            get().soon();
        }
    }

    @Override
    public void changed(FaultlineEngine.Current current) {
        soon();
    }

    /** Looks after the jobs, soon. */
    void soon() {
        if (!asked.getAndSet(true)) {
            thread.execute(() -> {
                asked.set(false);
                try (ACLContext ignored = ACL.as2(ACL.SYSTEM2)) {
                    keep();
                } catch (RuntimeException e) {
                    LOGGER.log(Level.WARNING, "looking after the jobs of services failed", e);
                }
            });
        }
    }

    /** The job of a service or machine, if there is one that whoever asks may read. */
    public Optional<FreeStyleProject> jobOf(String subject) {
        return Optional.ofNullable(jobs.get(subject)).flatMap(name -> Readable.item(name, FreeStyleProject.class));
    }

    /** Whether a job is one of these, by the file beside it: from the first moment on, unlike {@link #isKept}. */
    public static boolean isOurs(Job<?, ?> job) throws IOException {
        return job instanceof FreeStyleProject project && KeptJob.of(project).isPresent();
    }

    /** Whether a job is one of these, as of the last look; costs nothing. */
    public boolean isKept(Job<?, ?> job) {
        return keptNames.contains(job.getFullName());
    }

    /** Looks after the jobs now, with the rights of the caller. */
    public synchronized void keep() {
        if (Jenkins.get().getInitLevel() != InitMilestone.COMPLETED) {
            return;
        }
        Map<String, Found> found = find();
        FaultlineConfiguration settings = FaultlineConfiguration.get();
        Optional<FaultlineEngine.Current> current = FaultlineEngine.get().look();
        if (!settings.isKeepJobs() || settings.getCatalog().paths().isEmpty() || current.isEmpty()) {
            return;
        }
        Catalog catalog = current.get().catalog();
        Map<String, Wanted> wanted = new TreeMap<>();
        catalog.subjects()
                .filter(subject -> !subject.checks().isEmpty())
                .forEach(subject -> wanted.put(subject.name(), Wanted.of(subject)));
        for (Wanted one : wanted.values()) {
            tried(one.subject(), () -> keep(one, Optional.ofNullable(found.get(one.subject())), settings));
        }
        found.forEach((subject, job) -> {
            if (!wanted.containsKey(subject) && !isHidden(catalog, job.kept())) {
                tried(subject, () -> disable(job));
            }
        });
    }

    /** The first build of a job that was just made. */
    public static final class NewServiceCause extends Cause {
        @Override
        public String getShortDescription() {
            return Messages.JobKeeper_newService();
        }
    }

    /**
     * Makes a job again what the catalogue wants, whatever a person has changed in it. Where it runs, whether it is
     * disabled, its name and its builds stay.
     *
     * @return whether the catalogue has its service; if not, nothing is changed
     */
    synchronized boolean restore(FreeStyleProject job) throws IOException {
        Optional<KeptJob> kept = KeptJob.of(job);
        Optional<Wanted> wanted = FaultlineEngine.get()
                .look()
                .flatMap(engine -> kept.flatMap(known -> engine.catalog().subject(known.subject())))
                .filter(subject -> !subject.checks().isEmpty())
                .map(Wanted::of);
        if (wanted.isEmpty()) {
            return false;
        }
        Label label = job.getAssignedLabel();
        boolean disabled = job.isDisabled();
        job.updateByXml((Source) new StreamSource(new StringReader(firstForm(wanted.get()))));
        job.setAssignedLabel(label);
        job.makeDisabled(disabled);
        write(job, wanted.get());
        remember(job, wanted.get());
        LOGGER.info(() -> "the job " + job.getFullName() + " is again as the catalogue wants it");
        return true;
    }

    private interface Chore {
        void run() throws IOException;
    }

    /** Trouble with one job is none of the others'. */
    private static void tried(String subject, Chore chore) {
        try {
            chore.run();
        } catch (IOException e) {
            LOGGER.log(
                    Level.WARNING, "the job of {0} cannot be looked after: {1}", new Object[] {subject, e.getMessage()
                    });
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, "the job of " + subject + " cannot be looked after", e);
        }
    }

    private Map<String, Found> find() {
        Map<String, Found> found = new TreeMap<>();
        for (FreeStyleProject job : Jenkins.get().allItems(FreeStyleProject.class)) {
            tried(
                    job.getFullName(),
                    () -> KeptJob.of(job)
                            .ifPresent(kept -> found.merge(kept.subject(), new Found(job, kept), JobKeeper::better)));
        }
        jobs.keySet().retainAll(found.keySet());
        found.forEach((subject, one) -> jobs.put(subject, one.job().getFullName()));
        keptNames.addAll(jobs.values());
        keptNames.retainAll(Set.copyOf(jobs.values()));
        return found;
    }

    /** A whole folder may have been copied on disk: the one that runs counts. */
    private static Found better(Found a, Found b) {
        return a.job().isDisabled() && !b.job().isDisabled() ? b : a;
    }

    /**
     * Whether the service may still be there: its file has mistakes, or a folder around it cannot be read, or so much is
     * wrong that nothing can be said.
     */
    private static boolean isHidden(Catalog catalog, KeptJob kept) {
        boolean empty = catalog.subjects().noneMatch(subject -> !subject.name().equals(Catalog.OWN_NAME));
        return empty
                || catalog.problems().stream()
                        .map(problem -> problem.place().file())
                        .anyMatch(wrong ->
                                kept.source().equals(wrong) || kept.source().startsWith(wrong + File.separator));
    }

    private void keep(Wanted wanted, Optional<Found> found, FaultlineConfiguration settings) throws IOException {
        if (found.isEmpty()) {
            make(wanted, settings);
            return;
        }
        FreeStyleProject job = found.get().job();
        KeptJob kept = found.get().kept();
        if (!kept.wanted().equals(wanted.digest()) && !kept.isChanged(job)) {
            write(job, wanted);
            kept = remember(job, wanted);
        } else if (!kept.source().equals(wanted.source())) {
            kept = new KeptJob(kept.subject(), wanted.source(), kept.wanted(), kept.digest(), kept.disabled());
            kept.write(job);
        }
        if (kept.disabled() || found.get().kept().disabled()) {
            job.makeDisabled(false);
            kept.disabled(false).write(job);
        }
    }

    private static void disable(Found gone) throws IOException {
        if (!gone.job().isDisabled()) {
            gone.kept().disabled(true).write(gone.job());
            gone.job().makeDisabled(true);
            LOGGER.info(() -> "the catalogue has no " + gone.kept().subject() + " any more: the job "
                    + gone.job().getFullName() + " is disabled");
        }
    }

    private void make(Wanted wanted, FaultlineConfiguration settings) throws IOException {
        ModifiableTopLevelItemGroup group = group(settings.getJobsFolder());
        String name = group == Jenkins.get() ? settings.getJobsFolder() + "-" + wanted.subject() : wanted.subject();
        Item there = group.getItem(name);
        FreeStyleProject job;
        if (there == null) {
            // As soon as it is there it does its work, so one that is found without our file was left by a crash.
            job = (FreeStyleProject) group.createProjectFromXML(
                    name, new ByteArrayInputStream(firstForm(wanted).getBytes(StandardCharsets.UTF_8)));
        } else if (there instanceof FreeStyleProject project && isFirstForm(project, wanted)) {
            job = project;
        } else {
            throw new IOException(Messages.JobKeeper_inTheWay(there.getFullName()));
        }
        write(job, wanted);
        remember(job, wanted);
        jobs.put(wanted.subject(), job.getFullName());
        keptNames.add(job.getFullName());
        // Nobody waits for the first turn of the schedule to know whether a new service works.
        Jenkins.get().getQueue().schedule2(job, 0, new CauseAction(new NewServiceCause()));
    }

    /** The name of a service needs no escaping. */
    private static String firstForm(Wanted wanted) {
        return "<?xml version='1.1' encoding='UTF-8'?><project><canRoam>true</canRoam><builders><"
                + SmokeTestBuilder.class.getName()
                + "><service>" + wanted.subject() + "</service></" + SmokeTestBuilder.class.getName()
                + "></builders></project>";
    }

    private static boolean isFirstForm(FreeStyleProject job, Wanted wanted) {
        return job.getBuilders().size() == 1
                && job.getBuilders().get(0) instanceof SmokeTestBuilder builder
                && builder.getService().equals(wanted.subject());
    }

    private static void write(FreeStyleProject job, Wanted wanted) throws IOException {
        SmokeTestBuilder builder = new SmokeTestBuilder(wanted.subject());
        builder.setOnlyDue(true);
        try (BulkChange change = new BulkChange(job)) {
            job.setDescription(wanted.description());
            job.setQuietPeriod(0);
            job.setBuildDiscarder(new LogRotator(-1, BUILDS_KEPT, -1, -1));
            job.getBuildersList().replaceBy(List.of(builder));
            job.removeTrigger(ExtensionList.lookupSingleton(TimerTrigger.DescriptorImpl.class));
            TimerTrigger timer = new TimerTrigger(wanted.schedule());
            job.addTrigger(timer);
            timer.start(job, true);
            change.commit();
        }
    }

    private static KeptJob remember(FreeStyleProject job, Wanted wanted) throws IOException {
        KeptJob kept = new KeptJob(wanted.subject(), wanted.source(), wanted.digest(), KeptJob.digest(job), false);
        kept.write(job);
        return kept;
    }

    /** The folder, made if need be; Jenkins itself where there are no folders. */
    private static ModifiableTopLevelItemGroup group(String folder) throws IOException {
        Jenkins jenkins = Jenkins.get();
        Item there = jenkins.getItem(folder);
        if (there instanceof ModifiableTopLevelItemGroup group) {
            return group;
        }
        Descriptor<?> descriptor = jenkins.getDescriptor(FOLDER);
        if (there != null || !(descriptor instanceof TopLevelItemDescriptor folders)) {
            return jenkins;
        }
        try {
            Jenkins.checkGoodName(folder);
        } catch (Failure e) {
            throw new IOException(e.getMessage(), e);
        }
        TopLevelItem made = jenkins.createProject(folders, folder, true);
        return made instanceof ModifiableTopLevelItemGroup group ? group : jenkins;
    }
}
