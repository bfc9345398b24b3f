package io.faultline.jenkins.trigger;

import hudson.model.Cause;
import io.faultline.jenkins.Messages;
import java.util.Objects;

/** A machine said that something happened to it, so what depends on it is checked at once. */
public final class MachineChangedCause extends Cause {
    private final String machine;
    private final String event;
    private final String by;

    /**
     * @param event for people: "a Puppet run"
     * @param by the user that said so
     */
    public MachineChangedCause(String machine, String event, String by) {
        this.machine = machine;
        this.event = event;
        this.by = by;
    }

    public String getMachine() {
        return machine;
    }

    public String getEvent() {
        return event;
    }

    public String getBy() {
        return by;
    }

    @Override
    public String getShortDescription() {
        return Messages.MachineChangedCause_shortDescription(machine, event, by);
    }

    /** Equal causes are told once. */
    @Override
    public boolean equals(Object other) {
        return other instanceof MachineChangedCause cause
                && machine.equals(cause.machine)
                && event.equals(cause.event)
                && by.equals(cause.by);
    }

    @Override
    public int hashCode() {
        return Objects.hash(machine, event, by);
    }
}
