package io.faultline.alert;

/** What the host and the catalogue say of mails: what they look like, and how they travel. */
public record MailStyle(NextSteps next, Envelope envelope) {
    /** For the command line, not encrypted. */
    public static final MailStyle SHIPPED = new MailStyle(NextSteps.COMMANDS, Envelope.OPEN);

    public MailStyle with(NextSteps other) {
        return new MailStyle(other, envelope);
    }

    public MailStyle with(Envelope other) {
        return new MailStyle(next, other);
    }
}
