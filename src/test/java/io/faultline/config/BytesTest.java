package io.faultline.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BytesTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0, 0",
        "512, 512, 512",
        "512B, 512, 512",
        "64KiB, 65536, 64KiB",
        "64 KiB, 65536, 64KiB",
        "1024KiB, 1048576, 1MiB",
        "10MiB, 10485760, 10MiB",
        "2GiB, 2147483648, 2GiB",
        "1TiB, 1099511627776, 1TiB",
        "1500, 1500, 1500",
    })
    void readsAndWrites(String written, long bytes, String shortest) {
        assertThat(Bytes.parse(written)).isEqualTo(bytes);
        assertThat(Bytes.write(bytes)).isEqualTo(shortest);
        assertThat(Bytes.parse(shortest)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "KiB", "10MB", "10M", "10kb", "-1", "1.5MiB", "10  MiB", "1234567890123", "٣"})
    void refusesOtherForms(String written) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Bytes.parse(written))
                .withMessageStartingWith("expected a number of bytes such as");
    }

    @ParameterizedTest
    @ValueSource(strings = {"999999999999TiB", "9999999TiB"})
    void refusesMoreThanFits(String written) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Bytes.parse(written))
                .withMessageContaining("below 8 EiB");
    }
}
