{# Without the comments of its source. The words stand here in each language, since the page that holds the element
   chooses. #}
const WORDS = {{ view.words|json_ld }};
{% filter joined %}
{% include "scripts/embed/almanac-events.js" %}
{% endfilter %}
