package io.faultline.jenkins.trigger;

import hudson.Extension;
import hudson.cli.CLICommand;
import io.faultline.jenkins.Messages;
import io.faultline.jenkins.trigger.Trigger.Answer;
import io.faultline.run.TriggerGate.Word;
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

    @Option(name = "-id", metaVar = "ID", usage = "The same when the same event is told again")
    public String id;

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
        Word word = new Word(
                machine, event, Optional.ofNullable(status), Optional.ofNullable(bootId), Optional.ofNullable(id));
        Answer answer = Trigger.get().take(word, getTransportAuthentication2().getName());
        if (answer instanceof Answer.Refused refused) {
            stderr.print(TriggerEndpoint.text(answer));
            return refused.httpStatus() == 429 ? 5 : 4;
        }
        stdout.print(TriggerEndpoint.text(answer));
        return 0;
    }
}
