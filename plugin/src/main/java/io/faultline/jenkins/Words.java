package io.faultline.jenkins;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import hudson.util.FormValidation;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.util.Arrays;
import java.util.List;

/** What people write into a field that takes several: blanks, commas or semicolons between them. */
public final class Words {
    private Words() {}

    public static List<String> of(@CheckForNull String written) {
        return Arrays.stream(Util.fixNull(written).split("[,;\\s]+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /** Says which of several mail addresses is none; that there is no word is fine. */
    public static FormValidation checkAddresses(@CheckForNull String written) {
        for (String address : of(written)) {
            try {
                new InternetAddress(address, true);
            } catch (AddressException e) {
                return FormValidation.error(Messages.Words_noAddress(address));
            }
        }
        return FormValidation.ok();
    }
}
