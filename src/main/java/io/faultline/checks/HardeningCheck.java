package io.faultline.checks;

import io.faultline.check.Check;
import io.faultline.check.CheckType;
import io.faultline.check.Probe;
import io.faultline.check.Result;
import io.faultline.config.Keys;
import io.faultline.net.LocalFault;
import io.faultline.net.ProtocolFault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Looks into ELF files for the hardening that compilers and linkers can give them. */
record HardeningCheck(Path file, Set<Elf.Feature> required, List<String> except) implements Check {
    static final CheckType TYPE = CheckType.named("hardening")
            .summary("Programs and libraries are built with hardening.")
            .about("""
                    Reads an ELF file, all ELF files below a folder, or those in a .deb package (unpacked with dpkg-deb, \
                    package dpkg). `require` names what each must have: `pie` (position independent, programs only), \
                    `relro` (read-only relocations), `bind-now` (resolved at start), `canary` (stack protector), \
                    `fortify` (checked functions of the C library), `nx` (no executable stack). A file that uses no \
                    function which could be fortified passes, and one so small that nothing needed a canary does not: \
                    name it in `except`. Programs by other compilers (Go, Rust) have none of canary and fortify.""")
            .example("""
                    file: /srv/builds/latest/hello_2.12_amd64.deb
                    require: [pie, relro, bind-now, canary, fortify, nx]""")
            .reads(HardeningCheck::read);

    private static final int MOST_FILES = 20_000;

    HardeningCheck {
        required = Set.copyOf(required);
        except = List.copyOf(except);
    }

    private static HardeningCheck read(Keys keys) {
        Path file = keys.file("file", "An ELF file, a folder, or a .deb package.");
        List<Elf.Feature> features = keys.someOf(
                "require", Elf.Feature.class, "What each file must have; pie, relro and nx if nothing is written.");
        return new HardeningCheck(
                file,
                features.isEmpty()
                        ? EnumSet.of(Elf.Feature.PIE, Elf.Feature.RELRO, Elf.Feature.NX)
                        : EnumSet.copyOf(features),
                keys.texts("except", "Names of files, or ends of their paths, that are left alone."));
    }

    @Override
    public Result run(Probe probe) throws IOException {
        if (!Files.exists(file)) {
            throw new LocalFault("there is no file " + file);
        }
        Path root = Unpacked.isPackage(file) ? Unpacked.of(probe, file) : file;
        List<Path> files = files(root, probe);
        Findings findings = new Findings();
        int looked = 0;
        int unread = 0;
        for (Path one : files) {
            probe.lifetime().left();
            String shown =
                    root.equals(one) ? one.toString() : root.relativize(one).toString();
            if (except.stream().anyMatch(end -> shown.equals(end) || shown.endsWith("/" + end))) {
                continue;
            }
            Optional<Elf> elf;
            try {
                elf = Elf.read(one);
            } catch (ProtocolFault e) {
                findings.doubtful(shown + " cannot be read: " + e.getMessage());
                unread++;
                continue;
            }
            if (elf.isPresent()) {
                looked++;
                List<String> missing = required.stream()
                        .filter(feature -> !elf.get().has(feature))
                        .map(feature -> feature.name()
                                .toLowerCase(java.util.Locale.ROOT)
                                .replace('_', '-'))
                        .sorted()
                        .toList();
                if (!missing.isEmpty()) {
                    findings.wrong(shown + " lacks " + String.join(", ", missing));
                }
            }
        }
        findings.measured("files", looked, "");
        if (looked + unread == 0) {
            return Result.unknown("there is no ELF file in " + file);
        }
        return findings.result(looked == 1 ? "the file is hardened" : looked + " files are hardened");
    }

    private static List<Path> files(Path root, Probe probe) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path one, BasicFileAttributes attributes) throws IOException {
                probe.lifetime().left();
                if (Files.isRegularFile(one, LinkOption.NOFOLLOW_LINKS) && isElf(one)) {
                    files.add(one);
                }
                if (files.size() > MOST_FILES) {
                    throw new LocalFault("there are too many ELF files in " + root + ", expected " + MOST_FILES
                            + " at most: look at a part of them");
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path one, IOException fault) throws IOException {
                throw new LocalFault(one + " cannot be read: " + fault.getMessage(), fault);
            }
        });
        files.sort(null);
        return files;
    }

    private static boolean isElf(Path one) throws LocalFault {
        try (InputStream in = Files.newInputStream(one)) {
            byte[] start = in.readNBytes(4);
            return start.length == 4 && start[0] == 0x7f && start[1] == 'E' && start[2] == 'L' && start[3] == 'F';
        } catch (IOException e) {
            throw new LocalFault(one + " cannot be read: " + e.getMessage(), e);
        }
    }
}
