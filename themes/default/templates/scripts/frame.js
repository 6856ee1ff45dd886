{# Without the comments of its source. #}
{% filter joined %}
{% include "scripts/embed/frame.js" %}
{% endfilter %}
