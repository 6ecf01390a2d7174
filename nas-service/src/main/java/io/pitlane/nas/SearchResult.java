package io.pitlane.nas;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.search.TrialScore;
import java.util.List;

/**
 * The result of a search: what the service hands to the child JVM that trains the winner.
 *
 * @param original the score of the original
 * @param winner the score of the architecture picked
 * @param pickReason why it was picked, in a sentence
 * @param stopReason why the search stopped, in a few words
 * @param paretoFront the Pareto front of accuracy and cost, in ascending order of cost
 * @param history every score, in the order of arrival
 * @param spaceSummary the search space as text
 */
record SearchResult(
        TrialScore original,
        TrialScore winner,
        String pickReason,
        String stopReason,
        List<TrialScore> paretoFront,
        List<TrialScore> history,
        String spaceSummary) {

    SearchResult {
        paretoFront = List.copyOf(paretoFront);
        history = List.copyOf(history);
    }

    String toJson() {
        try {
            return ContractJson.MAPPER.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a search result cannot be written as JSON", e);
        }
    }

    static SearchResult fromJson(String json) {
        try {
            return ContractJson.MAPPER.readValue(json, SearchResult.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a search result: " + e.getMessage(), e);
        }
    }
}
