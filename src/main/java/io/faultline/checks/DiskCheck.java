package io.faultline.checks;

import io.faultline.check.CheckType;
import io.faultline.check.FactCheck;
import io.faultline.check.Result;
import io.faultline.config.Bytes;
import io.faultline.config.Keys;
import io.faultline.machine.Facts;
import java.time.Instant;
import java.util.List;

/** Looks at how full a machine's file systems are, in bytes and inodes. */
record DiskCheck(Limits bytes, Limits inodes, List<String> mounts, List<String> ignored) implements FactCheck {
    static final CheckType TYPE = CheckType.named("disk")
            .summary("The machine's file systems have room for more bytes and more files.")
            .about("""
                    Every file system on a disk counts, each once. Full is what an ordinary user cannot write any more, as \
                    `df` counts it. Those without a fixed number of inodes (btrfs, vfat) are looked at for bytes only.""")
            .example("warning: 85%\ncritical: 95%\nmounts: [/, /srv]")
            .reads(DiskCheck::read);

    DiskCheck {
        mounts = List.copyOf(mounts);
        ignored = List.copyOf(ignored);
    }

    private static DiskCheck read(Keys keys) {
        return new DiskCheck(
                Limits.shares(keys, "", 85, 95, "so much used space"),
                Limits.shares(keys, "inodes-", 85, 95, "so many used inodes"),
                keys.texts("mounts", "File systems that must be mounted, such as /srv."),
                keys.texts("ignore", "File systems that do not count, such as /boot/efi."));
    }

    @Override
    public Result judge(Facts facts, Instant now) {
        List<Facts.Line> disks = facts.all("disk");
        if (disks.isEmpty()) {
            return Untold.about(facts, "disk");
        }
        Findings findings = new Findings();
        for (String mount : mounts) {
            if (disks.stream().noneMatch(disk -> disk.text("mount").equals(mount))) {
                findings.wrong(mount + " is not mounted");
            }
        }
        disks.stream().filter(disk -> !ignored.contains(disk.text("mount"))).forEach(disk -> judge(disk, findings));
        // The machine told of some and failed with another.
        facts.trouble("disk").ifPresent(reason -> findings.doubtful("the machine cannot tell: " + reason));
        return findings.result("there is room on " + disks.size() + (disks.size() == 1 ? " disk" : " disks"));
    }

    private void judge(Facts.Line disk, Findings findings) {
        String mount = disk.text("mount");
        long used = Math.max(0, disk.whole("size") - disk.whole("free"));
        long available = disk.whole("available");
        if (used + available > 0) {
            bytes.share(
                    findings,
                    mount,
                    (double) used / (used + available),
                    mount + " is nearly full: " + Bytes.roughly(available) + " left");
        }
        long inodesAll = disk.whole("inodes");
        long left = disk.whole("inodes-free");
        if (inodesAll > 0) {
            inodes.share(
                    findings,
                    mount + " inodes",
                    (double) Math.max(0, inodesAll - left) / inodesAll,
                    mount + " has hardly any room for more files: " + left + " inodes left");
        }
    }
}
