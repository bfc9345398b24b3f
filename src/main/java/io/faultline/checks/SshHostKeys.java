package io.faultline.checks;

import com.jcraft.jsch.HostKey;
import com.jcraft.jsch.HostKeyRepository;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.UserInfo;
import io.faultline.check.Fact;
import io.faultline.check.Result;
import io.faultline.net.LocalFault;
import io.faultline.net.LocalFile;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** The known hosts, which remember what the server offered; when no login is wanted they end the session there. */
final class SshHostKeys implements HostKeyRepository {
    enum Verdict {
        KNOWN,
        UNKNOWN,
        CHANGED,
        REVOKED
    }

    private final HostKeyRepository known;
    private final boolean goOn;
    private Verdict verdict = Verdict.UNKNOWN;
    private String host = "";
    private Optional<String> offered = Optional.empty();
    private List<String> expected = List.of();

    private SshHostKeys(HostKeyRepository known, boolean goOn) {
        this.known = known;
        this.goOn = goOn;
    }

    /**
     * @param goOn whether the session goes on when the key is a known one
     * @throws LocalFault if the file cannot be used
     */
    static SshHostKeys read(Path file, boolean goOn) throws LocalFault {
        JSch jsch = new JSch();
        try {
            jsch.setKnownHosts(new ByteArrayInputStream(LocalFile.read(file)));
        } catch (JSchException e) {
            throw new LocalFault("the known hosts in " + file + " cannot be read", e);
        }
        return new SshHostKeys(jsch.getHostKeyRepository(), goOn);
    }

    @Override
    public int check(String name, byte[] blob) {
        host = name;
        String type = type(blob);
        offered = Optional.of(type + " " + fingerprint(blob));
        String encoded = Base64.getEncoder().encodeToString(blob);
        HostKey[] all = Optional.ofNullable(known.getHostKey(name, null)).orElse(new HostKey[0]);
        expected = Arrays.stream(all)
                .filter(key -> !key.getMarker().equals("@revoked"))
                .map(key ->
                        key.getType() + " " + fingerprint(Base64.getDecoder().decode(key.getKey())))
                .toList();
        int found = known.check(name, blob);
        // Whatever name it was revoked under: a key that is known to be lost proves nothing.
        if (Arrays.stream(known.getHostKey())
                .anyMatch(key ->
                        key.getMarker().equals("@revoked") && key.getKey().equals(encoded))) {
            verdict = Verdict.REVOKED;
            return CHANGED;
        }
        verdict = found == OK
                ? Verdict.KNOWN
                : found == CHANGED || !expected.isEmpty() ? Verdict.CHANGED : Verdict.UNKNOWN;
        return verdict == Verdict.KNOWN && !goOn ? NOT_INCLUDED : found;
    }

    private static String type(byte[] blob) {
        int length = ByteBuffer.wrap(blob).getInt();
        return new String(blob, 4, Math.min(Math.max(length, 0), blob.length - 4), StandardCharsets.US_ASCII);
    }

    private static String fingerprint(byte[] blob) {
        try {
            return "SHA256:"
                    + Base64.getEncoder()
                            .withoutPadding()
                            .encodeToString(MessageDigest.getInstance("SHA-256").digest(blob));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public void add(HostKey key, UserInfo asking) {
        // Nothing is learnt from a server.
    }

    @Override
    public void remove(String name, String type) {
        // Nothing is forgotten because of a server.
    }

    @Override
    public void remove(String name, String type, byte[] blob) {
        // Nothing is forgotten because of a server.
    }

    @Override
    public String getKnownHostsRepositoryID() {
        return known.getKnownHostsRepositoryID();
    }

    @Override
    public HostKey[] getHostKey() {
        return known.getHostKey();
    }

    @Override
    public HostKey[] getHostKey(String name, String type) {
        return known.getHostKey(name, type);
    }

    /** Whether the server's key is one that it may have. */
    boolean isKnown() {
        return verdict == Verdict.KNOWN;
    }

    /** Type and fingerprint of the key that the server showed, if it came so far. */
    Optional<String> offered() {
        return offered;
    }

    /** Why the key is not a good one. */
    Result judged() {
        String summary = switch (verdict) {
            case CHANGED -> "the host key is another one than the known";
            case REVOKED -> "the host key is revoked";
            case KNOWN, UNKNOWN -> "the host key is not known";
        };
        List<Fact> facts = new ArrayList<>();
        facts.add(Fact.expected(
                expected.isEmpty() ? "a line for " + host + " in known-hosts" : String.join(" or ", expected)));
        facts.add(Fact.butWas(offered.orElse("nothing")));
        facts.add(Fact.of(
                "what to do",
                "find out from the machine itself whether its key is right (an attack looks just so), then correct"
                        + " known-hosts"));
        return Result.critical(summary, facts.toArray(new Fact[0]));
    }
}
