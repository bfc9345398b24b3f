package io.faultline.checks;

import io.faultline.check.Check;
import io.faultline.check.CheckType;
import io.faultline.check.Fact;
import io.faultline.check.Measurement;
import io.faultline.check.Probe;
import io.faultline.check.Result;
import io.faultline.config.Keys;
import io.faultline.net.Dialer;
import io.faultline.net.HostPort;
import io.faultline.net.ProtocolFault;
import io.faultline.net.Route;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** Asks a name server a question and looks at the answer (RFC 1035, RFC 7766). */
record DnsCheck(
        HostPort server,
        String name,
        RecordType type,
        List<String> values,
        boolean exactly,
        boolean authoritative,
        List<HostPort> sameSerial)
        implements Check {
    /** The types of records that can be asked for. */
    enum RecordType {
        A(Type.A),
        AAAA(Type.AAAA),
        MX(Type.MX),
        TXT(Type.TXT),
        NS(Type.NS),
        CNAME(Type.CNAME),
        SOA(Type.SOA),
        PTR(Type.PTR),
        SRV(Type.SRV),
        CAA(Type.CAA),
        TLSA(Type.TLSA),
        SSHFP(Type.SSHFP),
        DS(Type.DS),
        DNSKEY(Type.DNSKEY);

        private final int number;

        RecordType(int number) {
            this.number = number;
        }
    }

    static final CheckType TYPE = CheckType.named("dns")
            .summary("A name server answers with the right records, and its secondaries have the same zone.")
            .about("""
                    Asks by UDP, and again by TCP when the answer does not fit (through a proxy always by TCP). With \
                    `authoritative: true` the server must answer for the zone itself: recursion is not asked for, and \
                    NOERROR and the AA flag must come (REFUSED means that the zone is not served there, SERVFAIL that \
                    it is broken). `same-serial-on` names further servers whose SOA serial must be the same.""")
            .example("""
                    server: ns1.example.org
                    query: www.example.org
                    record: a
                    values: [192.0.2.20]
                    authoritative: true""")
            .reads(DnsCheck::read);

    private static final SecureRandom RANDOM = new SecureRandom();

    DnsCheck {
        values = List.copyOf(values);
        sameSerial = List.copyOf(sameSerial);
    }

    private static DnsCheck read(Keys keys) {
        HostPort server = keys.hostPort("server", 53, "The name server.");
        String name = keys.text("query", "The name to ask for.");
        RecordType type = keys.oneOf("record", RecordType.A, "The type of the records.");
        List<String> values = keys.texts(
                "values",
                "Records that must be in the answer, each as in a zone file, such as '10 mail.example.org' for mx.");
        boolean exactly = keys.flag("exactly", false, "There must be no other records than those in values.");
        boolean authoritative = keys.flag("authoritative", false, "The server must answer for the zone itself.");
        List<HostPort> others = new ArrayList<>();
        for (String other : keys.texts("same-serial-on", "Other name servers that must have the same SOA serial.")) {
            try {
                others.add(HostPort.parse(other, 53));
            } catch (IllegalArgumentException e) {
                keys.problem("same-serial-on", e.getMessage() + ", found '" + other + "'");
            }
        }
        try {
            absolute(name);
        } catch (TextParseException e) {
            keys.problem("query", "expected a domain name");
        }
        List<String> readable = new ArrayList<>();
        for (String value : values) {
            try {
                readable.add(canonical(type, value));
            } catch (IOException | IllegalArgumentException e) {
                keys.problem(
                        "values",
                        "expected " + type + " records as in a zone file, found '" + value + "' (" + e.getMessage()
                                + ")");
            }
        }
        if (exactly && values.isEmpty()) {
            keys.problem("exactly", "expected 'values' too");
        }
        if (!others.isEmpty() && type != RecordType.SOA) {
            keys.problem("same-serial-on", "expected 'record: soa' too");
        }
        return new DnsCheck(server, name, type, readable, exactly, authoritative, others);
    }

    @Override
    public Result run(Probe probe) throws IOException {
        Message answer = ask(probe.dialer(), server);
        Optional<Result> refusal = refusal(answer, server);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        List<Record> records = records(answer);
        List<String> found = records.stream().map(DnsCheck::canonical).sorted().toList();
        String shown = found.isEmpty() ? "no " + type + " record" : String.join("; ", found);
        if (found.isEmpty()) {
            return Result.critical(
                    "no " + type + " record for " + name,
                    Fact.expected(values.isEmpty() ? "one at least" : String.join("; ", values)),
                    Fact.butWas(shown));
        }
        List<String> missing =
                values.stream().filter(value -> !found.contains(value)).toList();
        List<String> foreign = exactly
                ? found.stream().filter(value -> !values.contains(value)).toList()
                : List.of();
        if (!missing.isEmpty() || !foreign.isEmpty()) {
            return Result.critical(
                    missing.isEmpty() ? "a record that should not be there" : "a record is missing or wrong",
                    Fact.expected(String.join("; ", values) + (exactly ? " and nothing else" : "")),
                    Fact.butWas(shown));
        }
        if (type != RecordType.SOA) {
            return Result.ok(type + " " + shown);
        }
        return serials(probe, ((SOARecord) records.get(0)).getSerial());
    }

    private Result serials(Probe probe, long serial) throws IOException {
        List<Fact> differing = new ArrayList<>();
        for (HostPort other : sameSerial) {
            Message answer = ask(probe.dialer(), other);
            Optional<Result> refusal = refusal(answer, other);
            if (refusal.isPresent()) {
                return refusal.get();
            }
            List<Record> records = records(answer);
            if (records.isEmpty()) {
                return Result.critical("no SOA record for " + name + " on " + other);
            }
            long its = ((SOARecord) records.get(0)).getSerial();
            if (its != serial) {
                differing.add(Fact.of("but was", its + " on " + other));
            }
        }
        Measurement measured = Measurement.of("serial", (double) serial, "");
        if (differing.isEmpty()) {
            return Result.ok("SOA serial " + serial + (sameSerial.isEmpty() ? "" : " on all servers"))
                    .with(measured);
        }
        Result result = Result.critical(
                "the name servers have different versions of the zone",
                Fact.expected("serial " + serial + " as on " + server));
        for (Fact fact : differing) {
            result = result.with(fact);
        }
        return result.with(measured);
    }

    private Optional<Result> refusal(Message answer, HostPort from) {
        int rcode = answer.getRcode();
        if (rcode != Rcode.NOERROR) {
            String meaning = switch (rcode) {
                case Rcode.NXDOMAIN -> "the name does not exist";
                case Rcode.REFUSED -> "the server does not serve this zone, or not us";
                case Rcode.SERVFAIL -> "the server cannot answer: the zone is broken there, or its sources are";
                default -> "the server refuses to answer";
            };
            return Optional.of(Result.critical(
                    meaning,
                    Fact.of("question", name + " " + type + " to " + from),
                    Fact.expected("NOERROR"),
                    Fact.butWas(Rcode.string(rcode))));
        }
        if (authoritative && !answer.getHeader().getFlag(Flags.AA)) {
            return Optional.of(Result.critical(
                    "the server does not answer with authority",
                    Fact.of("question", name + " " + type + " to " + from),
                    Fact.expected("the AA flag"),
                    Fact.butWas("an answer without it")));
        }
        return Optional.empty();
    }

    private List<Record> records(Message answer) {
        return answer.getSection(Section.ANSWER).stream()
                .filter(record -> record.getType() == type.number)
                .toList();
    }

    private Message ask(Dialer dialer, HostPort to) throws IOException {
        Message query = new Message(RANDOM.nextInt(1 << 16));
        Header header = query.getHeader();
        header.setOpcode(Opcode.QUERY);
        if (!authoritative) {
            header.setFlag(Flags.RD);
        }
        query.addRecord(Record.newRecord(absolute(name), type.number, DClass.IN), Section.QUESTION);
        byte[] wire = query.toWire();
        if (dialer.route() instanceof Route.Socks5) {
            return byTcp(dialer, to, query, wire);
        }
        // Datagrams get lost: the same question once more after a third of the time that is left.
        int third = Math.max(1, dialer.lifetime().leftMillis() / 3);
        byte[] answer =
                dialer.udp(to, wire, third, bytes -> parsed(bytes, query).isPresent());
        if (answer == null) {
            answer = dialer.udp(
                    to, wire, Integer.MAX_VALUE, bytes -> parsed(bytes, query).isPresent());
        }
        if (answer == null) {
            throw new ProtocolFault("no answer from " + to);
        }
        Message message = parsed(answer, query).orElseThrow();
        return message.getHeader().getFlag(Flags.TC) ? byTcp(dialer, to, query, wire) : message;
    }

    private static Message byTcp(Dialer dialer, HostPort to, Message query, byte[] wire) throws IOException {
        try (Socket socket = dialer.tcp(to)) {
            byte[] framed = new byte[wire.length + 2];
            framed[0] = (byte) (wire.length >> 8);
            framed[1] = (byte) wire.length;
            System.arraycopy(wire, 0, framed, 2, wire.length);
            socket.getOutputStream().write(framed);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] answer = new byte[in.readUnsignedShort()];
            in.readFully(answer);
            return parsed(answer, query)
                    .orElseThrow(() -> new ProtocolFault("the answer by TCP is none to the question"));
        } catch (EOFException e) {
            throw new ProtocolFault("the name server closed the TCP connection without an answer", e);
        }
    }

    /** The message, if it is an answer to this very question: anything else may be sent by anybody. */
    private static Optional<Message> parsed(byte[] bytes, Message query) {
        try {
            Message message = new Message(bytes);
            Header header = message.getHeader();
            return header.getID() == query.getHeader().getID()
                            && header.getFlag(Flags.QR)
                            && header.getOpcode() == Opcode.QUERY
                            && query.getQuestion().equals(message.getQuestion())
                    ? Optional.of(message)
                    : Optional.empty();
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    private static Name absolute(String name) throws TextParseException {
        return Name.fromString(name, Name.root);
    }

    private static String canonical(RecordType type, String value) throws IOException {
        return type == RecordType.TXT
                ? value
                : canonical(Record.fromString(Name.root, type.number, DClass.IN, 0, value, Name.root));
    }

    /** One spelling for each record, without what may differ: case of names, and how a text is cut into pieces. */
    private static String canonical(Record record) {
        if (record instanceof TXTRecord text) {
            return String.join("", text.getStrings());
        }
        String data = record.rdataToString();
        return record.getType() == Type.CAA ? data : data.toLowerCase(Locale.ROOT);
    }
}
