{# Without the comments of its source. #}
{% filter joined %}
{% include "scripts/embed/almanac-events.js" %}
{% endfilter %}
