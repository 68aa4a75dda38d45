package org.learn4j.optim;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;

/** Everything an {@link Optimizer} is: the rule, its averages, weight decay and lookahead; as JSON and as text. */
record Settings(
        Rule rule, Moments moments, Decay decay, @Nullable Lookahead lookahead) {
    Settings {
        if (rule == Rules.NESTEROV && moments.momentum() == 0) {
            throw new IllegalArgumentException(
                    "Nesterov's step needs a momentum: Optimizer.sgd().momentum(0.9).nesterov()");
        }
    }

    Settings with(Rule changed) {
        return new Settings(changed, moments, decay, lookahead);
    }

    Settings with(Moments changed) {
        return new Settings(rule, changed, decay, lookahead);
    }

    Settings with(Decay changed) {
        return new Settings(rule, moments, changed, lookahead);
    }

    Settings with(Lookahead added) {
        return new Settings(rule, moments, decay, added);
    }

    List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        steps.add(new WeightDecay(decay.decoupled()));
        steps.addAll(rule.steps(moments));
        if (lookahead != null) {
            steps.add(lookahead);
        }
        return List.copyOf(steps);
    }

    Json.Fields toJson() {
        Json.Fields json = Json.object()
                .with("rule", rule.id())
                .with("momentum", moments.momentum())
                .with("squareMomentum", moments.squareMomentum())
                .with("epsilon", moments.epsilon())
                .with("weightDecay", decay.amount())
                .with("decoupled", decay.decoupled())
                .with("decayNormAndBias", decay.normAndBias());
        return lookahead == null
                ? json
                : json.with(
                        "lookahead", Json.object().with("k", lookahead.every()).with("alpha", lookahead.share()));
    }

    static Settings fromJson(JsonPlace place) {
        place.allow(
                "rule",
                "momentum",
                "squareMomentum",
                "epsilon",
                "weightDecay",
                "decoupled",
                "decayNormAndBias",
                "lookahead");
        JsonPlace name = place.get("rule");
        Rules rule = Rules.named(name.text()).orElseThrow(() -> name.expected("an optimizer, one of " + Rules.names()));
        try {
            Moments moments = new Moments(
                    place.get("momentum").finite(),
                    place.get("squareMomentum").finite(),
                    place.get("epsilon").finite());
            Decay decay = new Decay(
                    place.get("weightDecay").finite(),
                    place.get("decoupled").bool(),
                    place.get("decayNormAndBias").bool());
            return new Settings(
                    rule,
                    moments,
                    decay,
                    place.find("lookahead").map(Settings::lookahead).orElse(null));
        } catch (IllegalArgumentException invalid) {
            throw place.expected("the settings of an optimizer (" + invalid.getMessage() + ")");
        }
    }

    private static Lookahead lookahead(JsonPlace place) {
        place.allow("k", "alpha");
        return new Lookahead(place.get("k").integer(), place.get("alpha").finite());
    }

    /** Returns the Java expression that makes the optimizer. */
    @Override
    public String toString() {
        String inner = call() + averages() + decays();
        return lookahead == null
                ? inner
                : "Optimizer.lookahead(" + inner + ", " + lookahead.every() + ", " + lookahead.share() + ")";
    }

    private String call() {
        if (rule instanceof Rule.Custom custom) {
            return "Optimizer.of(\"" + custom.id() + "\", " + custom.steps() + ")";
        }
        return rule == Rules.NESTEROV ? "Optimizer.sgd()" : "Optimizer." + rule.id() + "()";
    }

    private String averages() {
        Moments usual = rule.moments();
        String text = "";
        if (rule == Rules.NESTEROV) {
            text = ".momentum(" + moments.momentum() + ").nesterov()";
        } else if (moments.squareMomentum() != usual.squareMomentum()) {
            text = ".betas(" + moments.momentum() + ", " + moments.squareMomentum() + ")";
        } else if (moments.momentum() != usual.momentum()) {
            text = ".momentum(" + moments.momentum() + ")";
        }
        return moments.epsilon() == usual.epsilon() ? text : text + ".epsilon(" + moments.epsilon() + ")";
    }

    private String decays() {
        String amount = decay.amount() == rule.weightDecay() ? "" : ".weightDecay(" + decay.amount() + ")";
        return amount
                + (decay.decoupled() ? "" : ".l2WeightDecay()")
                + (decay.normAndBias() ? ".decayNormAndBias(true)" : "");
    }
}
