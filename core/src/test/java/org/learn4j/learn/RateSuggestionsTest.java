package org.learn4j.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.learn4j.testkit.Golden;

class RateSuggestionsTest {
    static List<Golden.Case> curves() {
        return Golden.load("lrfind");
    }

    @ParameterizedTest
    @MethodSource("curves")
    void readsTheRatesOffTheCurveThatFastaiDoes(Golden.Case curve) {
        RateSuggestions suggestions = new RateSuggestions(
                curve.integer("num_it"),
                curve.input("lrs").data(),
                curve.input("losses").data());

        assertThat(suggestions.losses()).hasSize(curve.integer("used"));
        assertThat(suggestions.valley()).isEqualTo(curve.output("valley").scalar(), within(1e-12));
        assertThat(suggestions.steep()).isEqualTo(curve.output("steep").scalar(), within(1e-12));
        assertThat(suggestions.minimum()).isEqualTo(curve.output("minimum").scalar(), within(1e-12));
        assertThat(suggestions.slide()).isEqualTo(curve.output("slide").scalar(), within(1e-12));
    }

    @Test
    void saysThatThereAreTooFewLosses() {
        double[] rates =
                IntStream.range(0, 17).mapToDouble(i -> Math.pow(10, i - 10)).toArray();
        double[] losses = new double[17];

        assertThat(RateSuggestions.possible(100, losses)).isFalse();
        assertThatThrownBy(() -> new RateSuggestions(100, rates, losses))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("of 17 tried, 2 are left");
        LearningRates few = new LearningRates(100, rates, losses);
        assertThat(few).hasToString("LearningRates[17 rates tried, too few to suggest one]");
        assertThatThrownBy(few::valley).isInstanceOf(IllegalStateException.class);
        assertThat(RateSuggestions.possible(90, losses)).isTrue(); // the accepted twin
        assertThat(RateSuggestions.possible(100)).isFalse();
    }

    @Test
    void aCurveThatOnlyRisesStillGivesRatesOfItsOwn() {
        double[] rates = IntStream.range(0, 100)
                .mapToDouble(i -> Math.pow(10, i / 20.0 - 5))
                .toArray();
        double[] rising = IntStream.range(0, 100).mapToDouble(i -> 1 + i).toArray();
        double[] flat = new double[100];
        for (double[] losses : List.of(rising, flat)) {
            LearningRates found = new LearningRates(100, rates, losses);
            assertThat(List.of(found.valley(), found.steep(), found.slide()))
                    .allMatch(rate -> rate >= rates[10] && rate <= rates[94]);
            assertThat(found.minimum()).isEqualTo(rates[10] / 10);
            assertThat(found.toString()).startsWith("LearningRates[valley=");
        }
    }
}
