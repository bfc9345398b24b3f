package io.faultline.demo;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Port numbers for servers that stop and come back. The system gives the ports above these to clients that do not care (on
 * Linux from 32768, by RFC 6335 from 49152), so that one of those may be somebody else's when its server comes back.
 */
final class Ports {
    private static final int FIRST = 15_000;
    private static final int COUNT = 17_000;
    private static final int TRIES = 200;

    private static int next = ThreadLocalRandom.current().nextInt(COUNT);

    private Ports() {}

    /** A port of 127.0.0.1 that nobody listens on, by TCP or UDP, and that no other server of this process is given. */
    static synchronized int free() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        for (int i = 0; i < TRIES; i++) {
            next = (next + 1) % COUNT;
            int port = FIRST + next;
            try {
                new ServerSocket(port, 1, loopback).close();
                new DatagramSocket(port, loopback).close();
                return port;
            } catch (BindException e) {
                // Somebody else's.
            }
        }
        throw new BindException("no free port on 127.0.0.1 in " + TRIES + " tries from " + FIRST);
    }
}
