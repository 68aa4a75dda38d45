package org.learn4j.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RatesTest {
    @Test
    void oneNumberIsForAllGroups() {
        assertThat(Rates.of(1e-3).forGroups(3)).containsExactly(1e-3, 1e-3, 1e-3);
    }

    @Test
    void aSliceOfOneNumberIsForTheLastGroupAndATenthForTheOthers() {
        assertThat(Rates.slice(1e-2).forGroups(3)).containsExactly(new double[] {1e-3, 1e-3, 1e-2}, within(1e-18));
        assertThat(Rates.slice(1e-2).forGroups(1)).containsExactly(1e-2);
    }

    @Test
    void aSliceOfTwoNumbersIsGeometric() {
        assertThat(Rates.slice(1e-4, 1e-2).forGroups(3))
                .containsExactly(new double[] {1e-4, 1e-3, 1e-2}, within(1e-17));
        assertThat(Rates.slice(1e-4, 1e-2).forGroups(2)).containsExactly(new double[] {1e-4, 1e-2}, within(1e-17));
        assertThat(Rates.slice(1e-4, 1e-2).forGroups(1)).containsExactly(1e-2);
    }

    @Test
    void aListIsForItsOwnNumberOfGroups() {
        assertThat(Rates.list(1, 2, 3).forGroups(3)).containsExactly(1, 2, 3);
        assertThatThrownBy(() -> Rates.list(1, 2, 3).forGroups(2))
                .hasMessage("One learning rate a parameter group is expected: there are 2 groups, received 3 rates");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void aRateIsPositiveAndFinite(double rate) {
        String message = "A learning rate is positive and finite, received " + rate;
        assertThatThrownBy(() -> Rates.of(rate)).hasMessage(message);
        assertThatThrownBy(() -> Rates.slice(rate)).hasMessage(message);
        assertThatThrownBy(() -> Rates.slice(rate, 1)).hasMessage(message);
        assertThatThrownBy(() -> Rates.list(1, rate)).hasMessage(message);
    }

    @Test
    void thereIsAtLeastOneRateAndOneGroup() {
        assertThatThrownBy(Rates::list).hasMessageContaining("received none");
        assertThatThrownBy(() -> Rates.slice(1e-2).forGroups(0)).hasMessageContaining("received 0");
    }

    @Test
    void printsAsItWasMade() {
        assertThat(Rates.of(.001)).hasToString("0.001");
        assertThat(Rates.slice(.001)).hasToString("slice(0.001)");
        assertThat(Rates.slice(.001, .1)).hasToString("slice(0.001, 0.1)");
        assertThat(Rates.list(.001, .1)).hasToString("[0.001, 0.1]");
    }
}
