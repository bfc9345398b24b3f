package io.faultline.checks;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.net.IDN;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/** Addresses as authors of pages write them, made such that they can be asked for, as browsers do (WHATWG URL). */
final class WrittenAddress {
    private static final Pattern SCHEME = Pattern.compile("(?i)[a-z][a-z0-9+.-]*:");
    private static final Pattern OF_THE_WEB = Pattern.compile("(?i)https?:");
    private static final Pattern WITH_HOST = Pattern.compile("(?is)((?:https?:)?)//([^/?#]*)(.*)");

    /** What may stand behind the host as it is (RFC 3986), less the brackets. */
    private static final String PLAIN = "-._~:/?@!$&'()*+,;=";

    private WrittenAddress() {}

    /**
     * Against the address of the page that it stands in.
     *
     * @return nothing if it is no address of the web, but of mail or the like
     * @throws IllegalArgumentException if it has no meaning
     */
    static Optional<URI> resolve(URI page, String written) {
        String text = written.strip().replaceAll("[\\t\\r\\n]", "");
        Matcher scheme = SCHEME.matcher(text);
        if (scheme.lookingAt() && !OF_THE_WEB.matches(scheme.group())) {
            return Optional.empty();
        }
        Matcher withHost = WITH_HOST.matcher(text);
        if (withHost.matches()) {
            String address = withHost.group(1) + "//" + ascii(withHost.group(2)) + quoted(withHost.group(3));
            return Optional.of(page.resolve(URI.create(address)).normalize());
        }
        if (text.startsWith("?")) {
            // Resolving drops the page's name for a query alone (RFC 2396, which the JDK follows).
            return Optional.of(URI.create(page.toString().split("[?#]", 2)[0] + quoted(text)));
        }
        // A colon in the first name makes no scheme of what cannot be one.
        boolean bare = !scheme.lookingAt() && text.split("[/?#]", 2)[0].indexOf(':') >= 0;
        return Optional.of(
                page.resolve(URI.create((bare ? "./" : "") + quoted(text))).normalize());
    }

    private static String ascii(String authority) {
        return authority.chars().allMatch(c -> c < 128) ? authority : IDN.toASCII(authority, IDN.ALLOW_UNASSIGNED);
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder(text.length());
        boolean inFragment = false;
        int c;
        for (int i = 0; i < text.length(); i += Character.charCount(c)) {
            c = text.codePointAt(i);
            boolean hash = c == '#' && !inFragment;
            inFragment |= hash;
            boolean plain = c < 128 && (Character.isLetterOrDigit(c) || PLAIN.indexOf(c) >= 0);
            if (plain || hash || c == '%' && isHex(text, i + 1) && isHex(text, i + 2)) {
                quoted.append((char) c);
            } else {
                for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                    quoted.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
                }
            }
        }
        return quoted.toString();
    }

    private static boolean isHex(String text, int at) {
        return at < text.length() && HexFormat.isHexDigit(text.charAt(at));
    }
}
