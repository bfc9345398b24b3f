package io.faultline.jenkins.trigger;

import hudson.Extension;
import hudson.cli.CLICommand;
import io.faultline.jenkins.Messages;
import io.faultline.jenkins.trigger.Trigger.Answer;
import io.faultline.jenkins.trigger.Trigger.Word;
import java.io.IOException;
import java.util.Optional;
import jenkins.model.Jenkins;
import org.kohsuke.args4j.Argument;
import org.kohsuke.args4j.Option;

/** {@code faultline-trigger MACHINE EVENT}: as {@link TriggerEndpoint}, from Jenkins' command line. */
@Extension
public final class TriggerCommand extends CLICommand {
    @Argument(metaVar = "MACHINE", index = 0, required = true, usage = "The machine's name in the catalogue")
    public String machine;

    @Argument(metaVar = "EVENT", index = 1, required = true, usage = "puppet-run, deployment, upgrade or boot")
    public String event;

    @Option(name = "-status", metaVar = "STATUS", usage = "How it ended")
    public String status;

    @Option(name = "-boot-id", metaVar = "ID", usage = "Which boot of the machine it was")
    public String bootId;

    @Override
    public String getName() {
        return "faultline-trigger";
    }

    @Override
    public String getShortDescription() {
        return Messages.TriggerCommand_shortDescription();
    }

    /** 0; 4 if it was refused, 5 if the machine told too much lately. */
    @Override
    protected int run() throws IOException, InterruptedException {
        Jenkins.get().checkPermission(TriggerPermission.TRIGGER);
        Answer answer = Trigger.get()
                .take(
                        new Word(machine, event, Optional.ofNullable(status), Optional.ofNullable(bootId)),
                        getTransportAuthentication2().getName());
        boolean started = answer instanceof Answer.Started;
        (started ? stdout : stderr).print(TriggerEndpoint.text(answer));
        return started ? 0 : answer instanceof Answer.TooOften ? 5 : 4;
    }
}
