package io.pitlane.nas;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pitlane.contract.ContractJson;
import io.pitlane.contract.TrialScore;
import java.util.List;

/**
 * What a search came to.
 *
 * @param original the score of the model that came in
 * @param winner the score of the architecture picked
 * @param why it is the one, in a sentence
 * @param ended why the search ended there, in a few words
 * @param front the scores that no other beats in accuracy and cost, the cheapest first
 * @param history every score, in the order in which they arrived
 * @param space a reading of the search space
 */
record SearchResult(
        TrialScore original,
        TrialScore winner,
        String why,
        String ended,
        List<TrialScore> front,
        List<TrialScore> history,
        String space) {

    SearchResult {
        front = List.copyOf(front);
        history = List.copyOf(history);
    }

    /** As text, for the process that trains the winner. */
    String toJson() {
        try {
            return ContractJson.MAPPER.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a search result could not be written", e);
        }
    }

    /** From its text. */
    static SearchResult fromJson(String json) {
        try {
            return ContractJson.MAPPER.readValue(json, SearchResult.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no search result: " + e.getMessage(), e);
        }
    }
}
