package io.faultline.jenkins.verdict;

import hudson.model.Item;
import hudson.model.Run;
import hudson.model.User;
import hudson.tasks.Mailer;
import io.faultline.alert.PlainMail;
import io.faultline.check.CheckId;
import io.faultline.config.Shown;
import io.faultline.jenkins.FaultlineConfiguration;
import io.faultline.jenkins.FaultlineEngine;
import io.faultline.jenkins.Messages;
import io.faultline.jenkins.Words;
import io.faultline.report.VerdictText;
import io.faultline.verdict.Category;
import io.faultline.verdict.Indication;
import io.faultline.verdict.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;
import jenkins.scm.RunWithSCM;
import org.springframework.security.core.userdetails.UsernameNotFoundException;

/**
 * One mail about a failed build, if the settings want one: to sysadmins when the infrastructure broke it, and to those
 * whose changes it had when not. It goes through the outbox like every other.
 */
final class VerdictMail {
    private static final int LONGEST = 120;

    private VerdictMail() {}

    static void send(Run<?, ?> run, VerdictMaker.Judged judged) {
        Optional<FaultlineEngine.Current> engine = FaultlineEngine.get().look();
        List<String> recipients = recipients(run, judged.classified().verdict().category());
        if (recipients.isEmpty()
                || engine.isEmpty()
                || engine.get().exit().sender().isEmpty()
                || isTold(judged.classified().verdict(), engine.get())) {
            return;
        }
        String name = Shown.oneLine(run.getParent().getFullName() + " #" + run.getNumber(), LONGEST);
        String link = Optional.ofNullable(Jenkins.get().getRootUrl())
                .map(root -> root + run.getUrl() + VerdictAction.URL + "/\n\n")
                .orElse("");
        FaultlineEngine.get()
                .post(PlainMail.compose(
                        engine.get().exit().sender().get(),
                        "verdict on " + run.getExternalizableId(),
                        recipients,
                        Messages.VerdictMail_subject(
                                VerdictText.headline(judged.classified().verdict()), name),
                        link
                                + VerdictText.of(
                                        judged.classified().verdict(),
                                        judged.classified().reading().outline(),
                                        Optional.of(judged.facts()),
                                        judged.classified().quarantined()),
                        judged.at().atZone(engine.get().zone())));
    }

    /** Of a service that fails people are told once, not with every build that it breaks. */
    private static boolean isTold(Verdict verdict, FaultlineEngine.Current engine) {
        Set<String> told = engine.history().openIncidents().stream()
                .flatMap(incident -> incident.told().keySet().stream())
                .map(CheckId::subject)
                .collect(Collectors.toSet());
        return verdict.category() == Category.INFRASTRUCTURE
                && verdict.indications().stream()
                        .anyMatch(
                                one -> one.source() == Indication.Source.FAILING_SERVICE && told.contains(one.cause()));
    }

    private static List<String> recipients(Run<?, ?> run, Category category) {
        FaultlineConfiguration settings = FaultlineConfiguration.get();
        FaultlineJobProperty property = run.getParent().getProperty(FaultlineJobProperty.class);
        if (property != null && property.isNoMail()) {
            return List.of();
        }
        if (category != Category.INFRASTRUCTURE) {
            return settings.isMailCulprits() ? culprits(run) : List.of();
        }
        List<String> own = property == null ? List.of() : Words.of(property.getInfrastructureMail());
        return own.isEmpty() ? settings.infrastructureRecipients() : own;
    }

    /** Those that may read the job and have an address. */
    private static List<String> culprits(Run<?, ?> run) {
        TreeSet<String> addresses = new TreeSet<>();
        if (run instanceof RunWithSCM<?, ?> built) {
            for (User user : built.getCulprits()) {
                Mailer.UserProperty mail = user.getProperty(Mailer.UserProperty.class);
                if (mail != null && mail.getAddress() != null && mayRead(run, user)) {
                    addresses.add(mail.getAddress());
                }
            }
        }
        return List.copyOf(addresses);
    }

    private static boolean mayRead(Run<?, ?> run, User user) {
        try {
            return run.getParent().getACL().hasPermission2(user.impersonate2(), Item.READ);
        } catch (UsernameNotFoundException e) {
            // A committer without an account.
            return !Jenkins.get().isUseSecurity();
        }
    }
}
