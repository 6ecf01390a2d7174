package io.pitlane.contract.data;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import io.pitlane.contract.data.Resize.CenterCrop;
import io.pitlane.contract.data.Resize.Letterbox;
import io.pitlane.contract.data.Resize.Stretch;
import java.io.IOException;
import java.util.List;

/** Reads a {@link Resize}: a list is a stretch, the fields of an object tell its kind. */
final class ResizeDeserializer extends JsonDeserializer<Resize> {

    @Override
    public Resize deserialize(JsonParser parser, DeserializationContext context)
            throws IOException {
        if (parser.isExpectedStartArrayToken()) {
            var sizes = context.getTypeFactory().constructCollectionType(List.class, Integer.class);
            return new Stretch(context.<List<Integer>>readValue(parser, sizes));
        }
        if (!parser.isExpectedStartObjectToken()) {
            return (Resize) context.handleUnexpectedToken(Resize.class, parser);
        }
        var fields = context.readTree(parser);
        boolean isCrop = fields.has("shorterSide") || fields.has("crop");
        return isCrop
                ? context.readTreeAsValue(fields, CenterCrop.class)
                : context.readTreeAsValue(fields, Letterbox.class);
    }
}
