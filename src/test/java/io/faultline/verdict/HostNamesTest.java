package io.faultline.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HostNamesTest {
    @Test
    void keepsTheNamesSeenLast() {
        HostNames hosts = new HostNames();
        hosts.text(1, "seen again: again.example.org");
        for (int i = 2; i <= 400; i++) {
            hosts.text(i, "link to host-" + i + ".example.org");
            if (i == 390) {
                hosts.text(i, "seen again: again.example.org");
            }
        }
        hosts.text(5, "Could not resolve host: deb.example.org");
        assertThat(hosts.mentions()).hasSize(256);
        assertThat(hosts.mentions())
                .contains(new HostMention("deb.example.org", 5), new HostMention("again.example.org", 390))
                .contains(new HostMention("host-400.example.org", 400))
                .doesNotContain(new HostMention("host-2.example.org", 2));
    }
}
