{# The script of big screens. It takes modules of page.js into itself, since it must start without any other file. #}
{% filter joined("page") %}
{% include "scripts/page/dom.js" %}

{% include "scripts/page/words.js" %}

{% include "scripts/page/days.js" %}

{% include "scripts/page/states.js" %}

{% include "scripts/screen/clock.js" %}

{% include "scripts/screen/dates.js" %}

{% include "scripts/screen/texts.js" %}

{% include "scripts/screen/choosing.js" %}

{% include "scripts/screen/lists.js" %}

{% include "scripts/screen/slides.js" %}

{% include "scripts/screen/drawing.js" %}

{% include "scripts/screen/keeping.js" %}

{% include "scripts/screen/loading.js" %}

{% include "scripts/screen/awake.js" %}

{% include "scripts/screen/start.js" %}
{% endfilter %}
