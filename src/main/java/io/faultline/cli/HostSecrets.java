package io.faultline.cli;

import io.faultline.check.SecretMissing;
import io.faultline.check.Secrets;
import io.faultline.config.SecretName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Secrets from files named as the secret, in the folder that the settings name or in systemd's credentials folder, and
 * else from the environment. One line end at the file's end does not count. Read anew each time, so that a changed
 * secret needs no restart.
 */
final class HostSecrets implements Secrets {
    private static final int LONGEST = 64 << 10;

    private final Host host;
    private final List<Path> folders = new ArrayList<>();

    HostSecrets(Host host, Optional<Path> folder) {
        this.host = host;
        folder.ifPresent(folders::add);
        host.variable("CREDENTIALS_DIRECTORY").map(Path::of).ifPresent(folders::add);
    }

    @Override
    public String value(SecretName name) throws SecretMissing {
        for (Path folder : folders) {
            Path file = folder.resolve(name.name());
            if (Files.exists(file)) {
                return read(name, file);
            }
        }
        String variable = Host.secretVariable(name);
        return host.variable(variable)
                .orElseThrow(() -> new SecretMissing("secret '" + name + "' is not there: expected "
                        + (folders.isEmpty() ? "" : "the file " + folders.get(0).resolve(name.name()) + " or ")
                        + "the environment variable " + variable));
    }

    private static String read(SecretName name, Path file) throws SecretMissing {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(LONGEST + 1);
        } catch (IOException e) {
            throw new SecretMissing("secret '" + name + "' cannot be read from " + file, e);
        }
        if (content.length > LONGEST) {
            throw new SecretMissing("secret '" + name + "' is larger than 64 KiB: " + file, null);
        }
        String value = new String(content, StandardCharsets.UTF_8);
        if (value.endsWith("\n")) {
            value = value.substring(0, value.length() - (value.endsWith("\r\n") ? 2 : 1));
        }
        if (value.isEmpty()) {
            throw new SecretMissing("secret '" + name + "' is empty: " + file, null);
        }
        return value;
    }
}
