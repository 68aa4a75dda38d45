package org.learn4j.tabular.architecture;

import static com.tngtech.archunit.lang.conditions.ArchConditions.beFinal;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.junit.jupiter.api.Test;
import org.learn4j.tabular.table.CsvReader;

/** What the packages of tabular may know of each other and of others. */
class ArchitectureTest {
    private static final JavaClasses TABULAR = new ClassFileImporter()
            .importUrl(CsvReader.class.getProtectionDomain().getCodeSource().getLocation());

    @Test
    void packages_have_no_cycles() {
        slices().matching("org.learn4j.tabular.(*)..").should().beFreeOfCycles().check(TABULAR);
        slices().matching("org.learn4j.(**)").should().beFreeOfCycles().check(TABULAR);
    }

    @Test
    void tables_know_nothing_of_models() {
        noClasses()
                .that()
                .resideInAPackage("org.learn4j.tabular.table")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.learn4j.tabular",
                        "org.learn4j.tabular.feature",
                        "org.learn4j.tabular.column",
                        "org.learn4j.tabular.model",
                        "org.learn4j.tabular.proc",
                        "org.learn4j.nn",
                        "org.learn4j.learn")
                .check(TABULAR);
        classes()
                .that()
                .resideInAPackage("org.learn4j.tabular.feature")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.jspecify..",
                        "tech.tablesaw..",
                        "org.learn4j.tabular.table",
                        "org.learn4j.tabular.feature")
                .check(TABULAR);
    }

    @Test
    void tabular_knows_no_other_module_but_core() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.learn4j.vision..", "org.learn4j.hooks..", "org.learn4j.testkit..", "org.nd4j..")
                .check(TABULAR);
    }

    @Test
    void a_public_class_is_abstract_or_final() {
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
    void public_methods_throw_no_checked_exceptions() {
        methods()
                .that()
                .arePublic()
                .and()
                .areDeclaredInClassesThat(DescribedPredicate.describe("users see", ArchitectureTest::isSeen))
                .should(new ArchCondition<JavaMethod>("declare no checked exceptions") {
                    @Override
                    public void check(JavaMethod method, ConditionEvents events) {
                        method.getExceptionTypes().stream()
                                .filter(type -> type.isAssignableTo(Exception.class)
                                        && !type.isAssignableTo(RuntimeException.class))
                                .forEach(type -> events.add(SimpleConditionEvent.violated(
                                        method, method.getFullName() + " throws " + type.getName())));
                    }
                })
                .check(TABULAR);
    }

    private static boolean isSeen(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(ArchitectureTest::isSeen).orElse(true);
    }

    @Test
    void the_rules_see_the_classes() {
        assertThat(TABULAR.contain(CsvReader.class)).isTrue();
        assertThat(TABULAR.stream().map(JavaClass::getPackageName).distinct())
                .contains("org.learn4j.tabular", "org.learn4j.tabular.table", "org.learn4j.tabular.feature");
    }
}
