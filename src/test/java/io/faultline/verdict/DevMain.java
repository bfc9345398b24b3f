package io.faultline.verdict;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** For development: {@code test DIR} or {@code scan DIR LOG...}: hits as tab-separated lines. */
public final class DevMain {
    private DevMain() {}

    public static void main(String[] args) throws Exception {
        Signatures signatures = Signatures.in(Path.of(args[1]));
        if (args[0].equals("test")) {
            int wrong = 0;
            for (Signature signature : signatures.all()) {
                for (String line : signature.examples()) {
                    if (!signature.regex().matcher(LogLine.normalised(line)).find()) {
                        wrong++;
                        System.out.println(signature.origin() + " " + signature.id() + ": must match: " + line);
                    }
                }
                for (String line : signature.nearMisses()) {
                    if (signature.regex().matcher(LogLine.normalised(line)).find()) {
                        wrong++;
                        System.out.println(signature.origin() + " " + signature.id() + ": must not match: " + line);
                    }
                }
            }
            System.out.println(signatures.all().size() + " signatures, " + wrong + " wrong");
            return;
        }
        LogScanner scanner = new LogScanner(signatures);
        for (int i = 2; i < args.length; i++) {
            Path log = Path.of(args[i]);
            try (InputStream in = Files.newInputStream(log)) {
                for (Hit hit : scanner.hits(in)) {
                    System.out.println(String.join(
                            "\t",
                            log.getFileName().toString(),
                            hit.signature().category().name(),
                            hit.signature().id(),
                            Long.toString(hit.line()),
                            hit.text()));
                }
            }
        }
    }
}
