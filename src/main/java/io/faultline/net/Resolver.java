package io.faultline.net;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/** Finds the addresses of a name. Thread-safe. */
public interface Resolver {
    /**
     * @return at least one address, in the order in which they should be tried
     * @throws java.net.UnknownHostException if the name has no address
     * @throws DeadlineExceeded if there was no answer in time
     */
    List<InetAddress> resolve(String host, Lifetime lifetime) throws IOException;
}
