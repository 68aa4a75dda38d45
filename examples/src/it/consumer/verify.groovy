// Without any dependencyManagement, Maven resolved the versions that Learn4J is built with, and what they bring works.
String log = new File(basedir, "build.log").getText("UTF-8")
for (line in ["signs same different", "sum 6.0", "javacpp " + javacpp, "slf4j-api " + slf4j]) {
    assert log.contains(line)
}
return true
