package io.faultline.verdict;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** For development: {@code test DIR} or {@code scan DIR LOG...}: hits as tab-separated lines. */
public final class DevMain {
    private DevMain() {}

    public static void main(String[] args) throws Exception {
        Signatures signatures = Signatures.at(Path.of(args[1]), System.out::println);
        if (args[0].equals("test")) {
            int wrong = 0;
            for (Signature signature : signatures.all()) {
                if (RequiredLiterals.of(signature.regex().pattern()).isEmpty()) {
                    wrong++;
                    System.out.println(signature.origin() + " " + signature.id() + ": no required text");
                }
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
        LogReader reader = new LogReader(signatures);
        for (int i = 2; i < args.length; i++) {
            Path log = Path.of(args[i]);
            try (InputStream in = Files.newInputStream(log)) {
                if (args[0].equals("scan")) {
                    scanner.scan(
                            in,
                            (signature, line, text) -> System.out.println(String.join(
                                    "\t",
                                    log.getFileName().toString(),
                                    signatures.all().get(signature).category().name(),
                                    signatures.all().get(signature).id(),
                                    Long.toString(line),
                                    Quote.of(line, text).text())));
                } else {
                    LogReading reading = reader.read(in);
                    LogOutline outline = reading.outline();
                    System.out.println("== " + log.getFileName() + " lines " + outline.lines() + " failing "
                            + outline.failing() + " at " + outline.failedAt() + " told " + outline.told() + " ended "
                            + outline.ended() + " epilogue " + outline.epilogue());
                    outline.failures().forEach(failure -> System.out.println("   " + failure));
                    for (SignatureHits hits : reading.hits()) {
                        for (Quote quote : hits.quotes()) {
                            LogPlace place = outline.place(quote.line());
                            System.out.println("   " + hits.signature().category() + " "
                                    + hits.signature().id() + " x" + hits.count() + " " + place.kind() + " "
                                    + place.distance() + " " + quote.line() + ": " + quote.text());
                        }
                    }
                }
            }
        }
    }
}
