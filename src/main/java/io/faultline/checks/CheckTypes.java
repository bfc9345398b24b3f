package io.faultline.checks;

import io.faultline.check.CheckType;
import java.util.List;
import java.util.Optional;

/** Every type of check there is. Adding one is a line here. */
public final class CheckTypes {
    public static final List<CheckType> ALL = List.of(
            HttpCheck.TYPE,
            TlsCheck.TYPE,
            TcpCheck.TYPE,
            SshCheck.TYPE,
            SftpCheck.TYPE,
            SmtpCheck.TYPE,
            MailRelayCheck.TYPE,
            MailingListCheck.TYPE,
            XmppCheck.TYPE,
            UdpCheck.TYPE,
            IcmpCheck.TYPE,
            MumbleCheck.TYPE,
            TorCheck.TYPE,
            HardeningCheck.TYPE,
            ReproducibleCheck.TYPE,
            DnsCheck.TYPE,
            AptRepositoryCheck.TYPE,
            ArchiveCheck.TYPE,
            MirrorCheck.TYPE,
            LinksCheck.TYPE,
            NixCacheCheck.TYPE,
            DomainCheck.TYPE,
            JenkinsCheck.TYPE,
            IcingaCheck.TYPE,
            BitcoindCheck.TYPE,
            BitTorrentCheck.TYPE,
            GitCheck.TYPE,
            RsyncCheck.TYPE,
            FactsCheck.TYPE,
            DiskCheck.TYPE,
            MemoryCheck.TYPE,
            LoadCheck.TYPE,
            PuppetCheck.TYPE,
            AptIndicesCheck.TYPE,
            SystemdCheck.TYPE,
            UpgradesCheck.TYPE,
            RebootCheck.TYPE,
            ClockCheck.TYPE,
            ConsistencyCheck.TYPE,
            DeclaredStateCheck.TYPE,
            NagiosCheck.TYPE);

    private CheckTypes() {}

    public static Optional<CheckType> named(String name) {
        return ALL.stream().filter(type -> type.name().equals(name)).findFirst();
    }

    public static List<String> names() {
        return ALL.stream().map(CheckType::name).sorted().toList();
    }
}
