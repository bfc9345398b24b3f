package io.faultline.demo;

import io.faultline.net.HostPort;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Master;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.SetResponse;
import org.xbill.DNS.Type;
import org.xbill.DNS.Zone;

/**
 * An authoritative name server for one small zone, on 127.0.0.1, by UDP and TCP.
 *
 * <p>Thread-safe.
 */
public final class DnsPeer implements Closeable {
    private static final int LARGEST_UDP = 512;

    private Zone zone;
    private DatagramSocket udp;
    private ServerSocket tcp;
    private ExecutorService threads;
    private final int port = Ports.free();
    private volatile int failing;
    private volatile boolean authoritative = true;
    private volatile boolean truncating;

    private DnsPeer(Zone zone) throws IOException {
        this.zone = zone;
    }

    /**
     * @param origin the zone, such as {@code example.org.}
     * @param records in master file form (RFC 1035 5.1), with a SOA and an NS record at the origin
     */
    public static DnsPeer start(String origin, String... records) throws IOException {
        Name name = Name.fromString(origin);
        String text = "$TTL 300\n" + String.join("\n", records) + "\n";
        List<Record> parsed = new ArrayList<>();
        try (Master master = new Master(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), name)) {
            for (Record next = master.nextRecord(); next != null; next = master.nextRecord()) {
                parsed.add(next);
            }
        }
        DnsPeer peer = new DnsPeer(new Zone(name, parsed.toArray(new Record[0])));
        peer.resume();
        return peer;
    }

    /** A zone with usual records: {@code @}, {@code www}, {@code mail}, an alias, texts and mail exchangers. */
    public static DnsPeer start(String origin) throws IOException {
        return start(
                origin,
                "@ SOA ns1 hostmaster 2026112201 3600 600 604800 300",
                "@ NS ns1",
                "@ NS ns2",
                "@ A 192.0.2.10",
                "@ AAAA 2001:db8::10",
                "@ MX 10 mail",
                "@ MX 20 mail.example.net.",
                "@ TXT \"v=spf1 mx -all\"",
                "ns1 A 192.0.2.1",
                "ns2 A 192.0.2.2",
                "www A 192.0.2.20",
                "mail A 192.0.2.30",
                "blog CNAME www");
    }

    /** The serial of the SOA record from now on. */
    public synchronized void serial(long serial) {
        SOARecord old = zone.getSOA();
        zone.addRecord(new SOARecord(
                old.getName(),
                DClass.IN,
                old.getTTL(),
                old.getHost(),
                old.getAdmin(),
                serial,
                old.getRefresh(),
                old.getRetry(),
                old.getExpire(),
                old.getMinimum()));
    }

    /** From now on every question is answered with this response code, see {@link Rcode}; 0 ends that. */
    public void failWith(int rcode) {
        this.failing = rcode;
    }

    /** Whether answers claim to be authoritative. */
    public void authoritative(boolean claim) {
        this.authoritative = claim;
    }

    /** From now on every UDP answer is cut, so that it has to be asked for by TCP. */
    public void truncate(boolean cut) {
        this.truncating = cut;
    }

    public HostPort address() {
        return new HostPort("127.0.0.1", port);
    }

    /** Stops listening. */
    public synchronized void stop() throws IOException {
        if (tcp != null) {
            tcp.close();
            udp.close();
            threads.shutdownNow();
            tcp = null;
        }
    }

    /** Listens again, on the same port. */
    public synchronized void resume() throws IOException {
        if (tcp != null) {
            return;
        }
        InetAddress loopback = InetAddress.getLoopbackAddress();
        udp = new DatagramSocket(port, loopback);
        try {
            tcp = new ServerSocket(port, 50, loopback);
        } catch (IOException e) {
            udp.close();
            throw e;
        }
        threads = Executors.newCachedThreadPool(Daemons.named("demo-dns"));
        ServerSocket server = tcp;
        DatagramSocket datagrams = udp;
        threads.execute(() -> serveTcp(server));
        threads.execute(() -> serveUdp(datagrams));
    }

    @Override
    public void close() throws IOException {
        stop();
    }

    private void serveUdp(DatagramSocket socket) {
        byte[] buffer = new byte[65_535];
        while (!socket.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                byte[] answer = answer(Arrays.copyOf(buffer, packet.getLength()), true);
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (SocketException e) {
                return;
            } catch (IOException e) {
                // Not a question: no answer.
            }
        }
    }

    private void serveTcp(ServerSocket server) {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                client.setSoTimeout(10_000);
                threads.execute(() -> serveTcp(client));
            } catch (IOException | java.util.concurrent.RejectedExecutionException e) {
                return;
            }
        }
    }

    private void serveTcp(Socket client) {
        try (client) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            while (true) {
                byte[] question = new byte[in.readUnsignedShort()];
                in.readFully(question);
                byte[] answer = answer(question, false);
                byte[] framed = new byte[answer.length + 2];
                framed[0] = (byte) (answer.length >> 8);
                framed[1] = (byte) answer.length;
                System.arraycopy(answer, 0, framed, 2, answer.length);
                out.write(framed);
                out.flush();
            }
        } catch (IOException e) {
            // The client is done, or talks nonsense.
        }
    }

    private synchronized byte[] answer(byte[] question, boolean datagram) throws IOException {
        Message query = new Message(question);
        Message answer = new Message(query.getHeader().getID());
        Header header = answer.getHeader();
        header.setFlag(Flags.QR);
        if (query.getHeader().getFlag(Flags.RD)) {
            header.setFlag(Flags.RD);
        }
        Record asked = query.getQuestion();
        answer.addRecord(asked, Section.QUESTION);
        if (failing != 0) {
            header.setRcode(failing);
        } else {
            fill(answer, asked);
        }
        if (datagram && truncating) {
            answer.removeAllRecords(Section.ANSWER);
            header.setFlag(Flags.TC);
        }
        return answer.toWire(datagram ? LARGEST_UDP : 65_535);
    }

    private void fill(Message answer, Record asked) {
        Header header = answer.getHeader();
        SetResponse found = zone.findRecords(asked.getName(), asked.getType());
        if (found.isUnknown() || !asked.getName().subdomain(zone.getOrigin())) {
            header.setRcode(Rcode.REFUSED);
            return;
        }
        if (found.isDelegation()) {
            add(answer, found.getNS(), Section.AUTHORITY);
            return;
        }
        if (authoritative) {
            header.setFlag(Flags.AA);
        }
        if (found.isSuccessful()) {
            found.answers().forEach(set -> add(answer, set, Section.ANSWER));
        } else if (found.isCNAME()) {
            answer.addRecord(found.getCNAME(), Section.ANSWER);
            SetResponse target = zone.findRecords(found.getCNAME().getTarget(), asked.getType());
            if (target.isSuccessful() && asked.getType() != Type.CNAME) {
                target.answers().forEach(set -> add(answer, set, Section.ANSWER));
            }
        } else {
            if (found.isNXDOMAIN()) {
                header.setRcode(Rcode.NXDOMAIN);
            }
            answer.addRecord(zone.getSOA(), Section.AUTHORITY);
        }
    }

    private static void add(Message answer, RRset set, int section) {
        set.rrs().forEach(next -> answer.addRecord(next, section));
    }
}
