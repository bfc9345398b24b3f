package io.faultline.machine;

import io.faultline.net.ProtocolFault;
import java.nio.charset.StandardCharsets;

/** What a machine says, such as what its agent printed, and behind it the signature of exactly that. */
public record SignedReport(String text, SshSignature signature) {
    /** The most bytes of a report with its signature. */
    public static final int MOST_BYTES = FactsReader.MOST_BYTES + 8192;

    /** Whether somebody claims to have signed it. */
    public static boolean isSigned(byte[] content) {
        return new String(content, StandardCharsets.ISO_8859_1).contains(SshSignature.BEGIN);
    }

    /** @throws ProtocolFault if it is too large, or no signature ends it */
    public static SignedReport parse(byte[] content) throws ProtocolFault {
        if (content.length > MOST_BYTES) {
            throw new ProtocolFault("the report has more than " + MOST_BYTES + " bytes");
        }
        String all = new String(content, StandardCharsets.ISO_8859_1);
        int at = all.lastIndexOf(SshSignature.BEGIN);
        if (at < 0) {
            throw new ProtocolFault("the report has no signature");
        }
        return new SignedReport(all.substring(0, at), SshSignature.parse(all.substring(at)));
    }

    /** What is signed. */
    public byte[] message() {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
