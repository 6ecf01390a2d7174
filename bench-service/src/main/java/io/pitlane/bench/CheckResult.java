package io.pitlane.bench;

/**
 * The result of the check of a file before it is delivered.
 *
 * @param agrees whether the file may be delivered
 * @param finding how it compares with the candidate's graph, or why it could not be compared; the
 *     end of a sentence, without its full stop
 */
record CheckResult(boolean agrees, String finding) {

    CheckResult {
        finding = finding.replaceFirst("\\.$", "");
    }
}
