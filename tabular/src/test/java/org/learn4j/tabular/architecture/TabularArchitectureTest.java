package org.learn4j.tabular.architecture;

import static com.tngtech.archunit.lang.conditions.ArchConditions.beFinal;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.ObjectInputStream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.learn4j.tabular.TabularData;
import org.learn4j.tensor.Tensor;

/** What the packages of tabular may know of each other and of others. */
class TabularArchitectureTest {
    private static final JavaClasses TABULAR = new ClassFileImporter()
            .importUrl(TabularData.class.getProtectionDomain().getCodeSource().getLocation());

    private static final JavaClasses CORE = new ClassFileImporter()
            .importUrl(Tensor.class.getProtectionDomain().getCodeSource().getLocation());

    /** Which packages a package may use beside core; one that is not listed may use any that are before tabular itself. */
    private static final Map<String, Set<String>> USES = Map.of(
            "org.learn4j.tabular.column", Set.of(),
            "org.learn4j.tabular.model", Set.of(),
            "org.learn4j.tabular.proc", Set.of("org.learn4j.tabular.column"));

    @Test
    void packages_have_no_cycles() {
        slices().matching("org.learn4j.tabular.(*)..").should().beFreeOfCycles().check(TABULAR);
    }

    @Test
    void packages_below_know_none_above() {
        classes()
                .should(new ArchCondition<JavaClass>("use only packages that their own may use") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        String own = type.getPackageName();
                        Set<String> allowed = USES.get(own);
                        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                            String used = dependency
                                    .getTargetClass()
                                    .getBaseComponentType()
                                    .getPackageName();
                            if (allowed != null && used.startsWith("org.learn4j.tabular") && !used.equals(own)) {
                                events.add(new SimpleConditionEvent(
                                        type, allowed.contains(used), dependency.getDescription()));
                            }
                        }
                    }
                })
                .check(TABULAR);
    }

    @Test
    void core_knows_nothing_of_tabular_or_tablesaw() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.learn4j.tabular..", "tech.tablesaw..", "de.siegmar..")
                .check(CORE);
    }

    @Test
    void tabular_knows_nothing_of_nd4j() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.nd4j..", "org.deeplearning4j..", "org.bytedeco..")
                .check(TABULAR);
    }

    @Test
    void nothing_is_deserialised_and_no_name_in_a_file_chooses_a_class() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ObjectInputStream.class)
                .orShould()
                .callMethodWhere(DescribedPredicate.describe(
                        "loads a class by name",
                        call -> call.getTargetOwner().isEquivalentTo(Class.class)
                                        && call.getName().equals("forName")
                                || call.getTargetOwner().isAssignableTo(ClassLoader.class)))
                .check(TABULAR);
        noClasses()
                .that()
                .resideInAnyPackage(
                        "org.learn4j.tabular.proc", "org.learn4j.tabular.column", "org.learn4j.tabular.model")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.lang.reflect..", "javax.script..")
                .check(TABULAR);
    }

    @Test
    void public_classes_are_abstract_or_final() {
        classes()
                .that()
                .arePublic()
                .and()
                .areNotInterfaces()
                .and()
                .areNotEnums()
                .and()
                .doNotHaveModifier(JavaModifier.ABSTRACT)
                .should(beFinal())
                .check(TABULAR);
    }

    @Test
    void classes_are_named_for_what_they_are() {
        noClasses()
                .should()
                .haveNameMatching(".*(Util|Utils|Helper|Helpers|Manager|Impl)(\\$.*)?")
                .check(TABULAR);
    }

    @Test
    void the_rules_see_the_classes() {
        assertThat(TABULAR.contain(TabularData.class)).isTrue();
        assertThat(CORE.contain(Tensor.class)).isTrue();
        assertThat(TABULAR.stream().map(JavaClass::getPackageName).distinct()).containsAll(List.copyOf(USES.keySet()));
        assertThat(TABULAR.stream().map(JavaClass::getName)).noneMatch(name -> name.endsWith("Test"));
    }
}
