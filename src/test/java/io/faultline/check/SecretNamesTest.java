package io.faultline.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.config.SecretName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SecretNamesTest {
    private record Login(String user, SecretName password) {}

    private record Everywhere(
            Optional<SecretName> one, Map<String, SecretName> some, List<Login> logins, Optional<Login> none, int port)
            implements Check {
        @Override
        public Result run(Probe probe) {
            return Result.ok("");
        }
    }

    @Test
    void finds_secrets_however_deep() {
        Check check = new Everywhere(
                Optional.of(new SecretName("a")),
                Map.of("X", new SecretName("b")),
                List.of(new Login("somebody", new SecretName("c"))),
                Optional.empty(),
                25);

        assertThat(SecretNames.of(check)).containsExactly("a", "b", "c");
    }

    @Test
    void finds_none_where_there_is_none() {
        assertThat(SecretNames.of(probe -> Result.ok(""))).isEmpty();
    }
}
